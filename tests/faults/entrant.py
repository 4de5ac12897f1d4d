"""A teacher in the hour of a draw: demands handed in, withdrawn, and what becomes of them afterwards."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.faults.notebook import Notebook
from tests.faults.teacher import Teacher

# What a withdrawal that got no answer could still do is done by then.
BEFORE_THE_HOUR = 12.0
PUPILS, HALF = 24, 12
# How many slots a demand names, which may be two for the halves of a class, and how often it ends with a search.
SLOTS_NAMED, IN_HALVES, WITH_SEARCH = (1, 2, 3, 5), 0.3, 0.5


class Draw(msgspec.Struct):
    """An opening whose first hour is drawn; `held_at` is the end of that hour, on the clients' clock."""

    opening: int
    slots: list[int]
    held_at: float


@dataclass
class Entrant:
    """The groups of one teacher that enter a draw, and the demands of those that have."""

    draw: Draw
    teacher: Teacher
    groups: list[int]
    dice: random.Random
    notes: Notebook
    entered: dict[int, int] = field(default_factory=dict)

    def may(self) -> dict[str, bool]:
        """Which acts there are now."""
        collects = time.monotonic() < self.draw.held_at - BEFORE_THE_HOUR
        outside = len(self.groups) > len(self.entered)
        some = bool(self.entered)
        return {"demand": collects and outside, "withdraw": collects and some, "seek": some}

    async def demand(self) -> None:
        group = self.dice.choice([group for group in self.groups if group not in self.entered])
        told = {"group": group, "pupils": PUPILS, "draw": self.draw.opening}
        answer = await self.teacher.ask(self._lines(), group, PUPILS)
        if answer.status == 201:
            said = msgspec.json.decode(answer.body)
            self.entered[group] = said["id"]
            self.notes.note("demand", answer, "done" if said["draw"] == self.draw.opening else "at-once", **told)
        elif self.notes.refused("demand", answer, **told):
            self.groups.remove(group)

    async def withdraw(self) -> None:
        group = self.dice.choice(list(self.entered))
        answer, said = await self.teacher.take_back(self.entered.pop(group))
        self.notes.note("withdraw", answer, said, group=group, draw=self.draw.opening)
        if said != "done":
            self.groups.remove(group)

    async def seek(self, group: int = 0) -> None:
        """What became of a demand, as its teacher sees it."""
        group = group or self.dice.choice(list(self.entered))
        answer = await self.teacher.see_demand(self.entered[group])
        if answer.status and not answer.done:
            self.notes.note("look", answer, answer.refusal, since=answer.sent, group=group, draw=self.draw.opening)
        elif answer.status:
            result = msgspec.json.decode(answer.body)["result"] or "in_draw"
            self.notes.note("look", answer, result, since=answer.sent, group=group, draw=self.draw.opening)

    def _lines(self) -> list[dict[str, Any]]:
        """What she would like, the best first: a slot, two slots for the halves of her class, at last what suits."""
        slots = self.dice.sample(self.draw.slots, self.dice.choice(SLOTS_NAMED))
        lines: list[dict[str, Any]] = []
        while slots:
            halved = len(slots) > 1 and self.dice.random() < IN_HALVES
            lines.append({"slot_ids": [slots.pop(), slots.pop()]} if halved else {"slot_id": slots.pop()})
        return [*lines, {"search": {}}] if self.dice.random() < WITH_SEARCH else lines
