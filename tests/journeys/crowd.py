"""One process of a crowd: teachers and hosts at the API, all at once. Its orders come on stdin, its account on stdout.

python -m tests.journeys.crowd < orders.json
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

HANDS = 5
ACTS = {"reserve": 40, "cancel": 14, "move": 14, "headcount": 8, "resize": 8, "accept": 10, "refuse": 6}
PUPILS = (8, 12, 16, 24, 28)
SIZES = (48, 56, 64, 72)


@dataclass
class Crowd:
    """What this process knows: its teacher, her groups, the slots, and the reservations that it obtained."""

    teacher: str
    host: str
    groups: list[int]
    slots: list[int]
    dice: random.Random
    mine: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    async def attempt(self, client: httpx.AsyncClient) -> None:
        act = self.dice.choices(list(ACTS), list(ACTS.values()))[0]
        method, path, body = self.wish(act)
        token = self.host if act == "resize" else self.teacher
        answer = await client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
        self.told[f"{act} {answer.status_code}"] += 1
        if act == "reserve" and answer.status_code == 201:
            made = answer.json()
            self.mine.append(made["id"])
            if made["state"] == "waiting":
                self.waiting.append(made["id"])

    def wish(self, act: str) -> tuple[str, str, dict[str, Any]]:
        dice = self.dice
        slot, pupils = dice.choice(self.slots), dice.choice(PUPILS)
        one = f"/reservations/{dice.choice(self.mine or [1])}"
        offered = f"/reservations/{dice.choice(self.waiting or [1])}"
        sits = {"slot_id": slot, "group_id": dice.choice(self.groups), "wait": dice.random() < 0.7}
        heads = {"pupils": pupils, "adults": 2}
        wishes: dict[str, tuple[str, str, dict[str, Any]]] = {
            "reserve": ("POST", "/reservations", sits | heads),
            "cancel": ("POST", f"{one}/cancellation", {"reason": "Sortie annulée"}),
            "move": ("POST", f"{one}/move", {"to_slot_id": slot}),
            "headcount": ("PUT", f"{one}/headcount", heads),
            "resize": ("POST", f"/slots/{slot}/resize", {"seats": dice.choice(SIZES)}),
            "accept": ("POST", f"{offered}/acceptance", {}),
            "refuse": ("POST", f"{offered}/refusal", {}),
        }
        return wishes[act]


async def main(orders: dict[str, Any]) -> None:
    crowd = Crowd(
        teacher=orders["teacher"],
        host=orders["host"],
        groups=orders["groups"],
        slots=orders["slots"],
        dice=random.Random(orders["seed"]),
    )
    left = iter(range(orders["attempts"]))

    async def hand(client: httpx.AsyncClient) -> None:
        for _ in left:
            await crowd.attempt(client)

    async with httpx.AsyncClient(base_url=orders["url"], timeout=60) as client:
        await asyncio.gather(*(hand(client) for _ in range(HANDS)))
    print(json.dumps({"told": crowd.told, "reservations": crowd.mine}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
