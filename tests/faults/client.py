"""One process of clients that live through faults: teachers, a host and readers at the API, at a steady rate.

    python -m tests.faults.client < orders.json

Each hand is one client: it has groups of its own, sends one request at a time, tries again what can be tried again, and
writes what it did and saw into its process's log before it goes on. An answer that it cannot have got is written down
like any other: the checker says what it contradicts.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time

import msgspec

from tests.faults.desk import TOGETHER, Desk
from tests.faults.entrant import Draw, Entrant
from tests.faults.notebook import Notebook
from tests.faults.teacher import Teacher
from tests.faults.wire import Answer, Silence, Wire

# How often each request is drawn. A `batch` is what a phone that was without network sends: each scan of it is an act.
ACTS = {"book": 9, "move": 4, "cancel": 6, "look": 2, "read": 4, "scan": 3, "batch": 5, "undo": 3, "repeat": 1}
# What a page may be behind: read on a replica for as long as that goes unnoticed, then kept for a second in front.
LATE = 17.0
DRAWN = {"demand": 10, "withdraw": 2, "seek": 6}


class Own(msgspec.Struct):
    """What one hand has for itself: a teacher's key, groups that book, groups that enter the draw."""

    id: int
    teacher: str
    groups: list[int]
    entrants: list[int]


class Orders(msgspec.Struct):
    """What a process of clients is told: where to ask, as whom, about what, how often and how long.

    `rate` is acts a second of all its hands; `patience` is how many seconds they wait for an answer before they try
    again.
    """

    addresses: list[tuple[str, int]]
    name: str
    hands: list[Own]
    host: str
    lycee: str
    slots: list[int]
    desk: int
    badges: list[str]
    log: str
    seed: int
    rate: float
    patience: float
    acts: dict[str, int]
    draw: Draw | None = None

    @property
    def every(self) -> float:
        """Seconds from one request of a hand to its next."""
        requests = sum(self.acts.values())
        acts = requests + self.acts.get("batch", 0) * (sum(TOGETHER) / 2 - 1)
        return len(self.hands) * acts / requests / self.rate


class Shown(msgspec.Struct):
    id: int
    seats_free: int


class Listed(msgspec.Struct):
    items: list[Shown]


class Hand:
    """One client: what it knows of its groups, and the acts it may do with them."""

    def __init__(self, orders: Orders, own: Own, log: int) -> None:
        self.orders, self.groups = orders, list(own.groups)
        self.dice = random.Random(f"{orders.seed} {own.id}")
        self.wire = Wire(orders.addresses, name=orders.name, patience=orders.patience, start=own.id)
        self.notes = Notebook(log, own.id)
        self.teacher = Teacher(self.wire, own.teacher)
        self.desk = Desk(self.wire, orders.host, orders.desk, orders.badges, self.dice, self.notes)
        self.entrant = None
        if orders.draw is not None:
            self.entrant = Entrant(orders.draw, self.teacher, list(own.entrants), self.dice, self.notes)
        # group: (reservation, slot, pupils); a group whose last act stays unknown is left alone from then on.
        self.sits: dict[int, tuple[int, int, int]] = {}

    async def one(self) -> None:
        """Any request that may be made now."""
        free, sits = len(self.groups) > len(self.sits), bool(self.sits)
        may = {"book": free, "move": sits, "cancel": sits, "look": sits}
        may |= {"undo": bool(self.desk.present), "repeat": bool(self.desk.scanned)}
        every = dict(self.orders.acts)
        if self.entrant is not None:
            may |= self.entrant.may()
            every |= DRAWN
        possible = {act: often for act, often in every.items() if may.get(act, True)}
        act = self.dice.choices(list(possible), list(possible.values()))[0]
        does = next(one for one in (self, self.desk, self.entrant) if hasattr(one, act))
        await getattr(does, act)()

    async def book(self) -> None:
        group = self.dice.choice([group for group in self.groups if group not in self.sits])
        slot, pupils = self.dice.choice(self.orders.slots), self.dice.choice((12, 18, 24))
        told = {"slot": slot, "group": group, "pupils": pupils}
        answer = await self.teacher.reserve(slot, group, pupils)
        if answer.status == 201:
            self.sits[group] = (msgspec.json.decode(answer.body)["id"], slot, pupils)
            self.notes.note("book", answer, "done", **told)
        elif self.notes.refused("book", answer, **told):
            self.groups.remove(group)

    async def cancel(self) -> None:
        group = self.dice.choice(list(self.sits))
        reservation, slot, pupils = self.sits.pop(group)
        answer, said = await self.teacher.call_back(reservation)
        self.notes.note("cancel", answer, said, slot=slot, group=group, pupils=pupils)
        if said != "done":
            self.groups.remove(group)

    async def move(self) -> None:
        group = self.dice.choice(list(self.sits))
        reservation, slot, pupils = self.sits[group]
        to_slot = self.dice.choice([one for one in self.orders.slots if one != slot])
        told = {"slot": slot, "to_slot": to_slot, "group": group, "pupils": pupils}
        answer = await self._once("POST", f"/reservations/{reservation}/move", {"to_slot_id": to_slot})
        if not answer.status:
            self.notes.note("move", answer, **told)
            # Where it is not seen as done it may still come: the group stays aside.
            self.sits.pop(group)
            self.groups.remove(group)
            if await self._seen_at(group, reservation) == 0:
                self.groups.append(group)
            return
        if answer.done:
            self.sits[group] = (reservation, to_slot, pupils)
        self.notes.note("move", answer, "done" if answer.done else answer.refusal, **told)

    async def look(self) -> None:
        group = self.dice.choice(list(self.sits))
        await self._seen_at(group, self.sits[group][0])

    async def read(self, slot: int = 0) -> None:
        slot = slot or self.dice.choice(shown(self.orders))
        answer = await self._once("GET", f"/slots/{slot}")
        if answer.status and not answer.done:
            self.notes.note("read", answer, answer.refusal, slot=slot)
        elif answer.status:
            seen = msgspec.json.decode(answer.body)["seats_free"]
            self.notes.note("read", answer, "seen", slot=slot, seen=seen)

    async def visit(self) -> None:
        """The whole list, as somebody who shows no key sees it: on a replica where there is one."""
        answer = await self._once("GET", f"/slots?limit=200&school={self.orders.lycee}", token="")
        if answer.status and not answer.done:
            self.notes.note("read", answer, answer.refusal, slot=self.orders.slots[0], late=LATE)
        elif answer.status:
            mine = set(self.orders.slots)
            for one in msgspec.json.decode(answer.body, type=Listed).items:
                if one.id in mine:
                    self.notes.note("read", answer, "seen", slot=one.id, seen=one.seats_free, late=LATE)

    async def last_looks(self) -> None:
        """At all that it holds; then nothing more."""
        for group in list(self.sits):
            await self._seen_at(group, self.sits[group][0])
        if self.entrant is not None:
            for group in list(self.entrant.entered):
                await self.entrant.seek(group)
        self.wire.close()

    async def _seen_at(self, group: int, reservation: int) -> int | None:
        """The slot at which a group's reservation is seen, 0 once cancelled, None while nobody answers."""
        answer = await self.teacher.see(reservation)
        if not answer.status:
            return None
        if not answer.done:
            self.notes.note("look", answer, answer.refusal, since=answer.sent, group=group)
            return None
        said = msgspec.json.decode(answer.body)
        slot = 0 if said["state"] == "cancelled_by_teacher" else int(said["slot_id"])
        self.notes.note("look", answer, "seen", since=answer.sent, group=group, seen=slot)
        return slot

    async def _once(
        self, method: str, path: str, body: dict[str, int] | None = None, *, token: str | None = None
    ) -> Answer:
        began = time.monotonic()
        answer = Answer(began, began, 1)
        shows = self.teacher.token if token is None else token
        try:
            answer.status, answer.body = await self.wire.ask(method, path, token=shows, body=body)
        except Silence:
            """Nobody knows."""
        return answer


def shown(orders: Orders) -> list[int]:
    """The slots whose free places people look at."""
    return [*orders.slots, *(orders.draw.slots if orders.draw else ())]


async def work(orders: Orders, over: asyncio.Event) -> None:
    """Every hand at its share of the rate until it is over, then a last look at all that it holds."""
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    hands, every = [Hand(orders, own, log) for own in orders.hands], orders.every

    async def go_on(hand: Hand) -> None:
        due = time.monotonic() + hand.dice.random() * every
        while not over.is_set():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            # What an outage kept from being asked is not asked all at once afterwards.
            due = max(due, time.monotonic() - every) + every
            await hand.one()
        await hand.last_looks()

    await asyncio.gather(*map(go_on, hands))
    for slot in shown(orders):
        await hands[0].read(slot)
    hands[0].wire.close()
    os.close(log)


async def main() -> None:
    orders = msgspec.json.decode(sys.stdin.buffer.read(), type=Orders)
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await work(orders, over)


if __name__ == "__main__":
    asyncio.run(main())
