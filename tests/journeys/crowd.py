"""One process of a crowd: teachers, companies and hosts at the API, all at once.

Its orders come on stdin, its account on stdout.

python -m tests.journeys.crowd < orders.json
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

HANDS = 5
ACTS = {"reserve": 30, "wish": 8, "cancel": 11, "move": 11, "headcount": 6, "resize": 6, "accept": 9, "refuse": 4}
ACTS |= {"visa": 4, "announce": 12, "change": 5, "withdraw": 4, "welcome": 5, "turn_down": 3}
BY_HOST, BY_COMPANY = {"resize", "welcome", "turn_down"}, {"announce", "change", "withdraw"}
PUPILS = (8, 12, 16, 24, 28)
SIZES = (48, 56, 64, 72)


@dataclass
class Crowd:
    """What this process knows: its teacher and her groups, its company, the slots, and what it obtained there."""

    teacher: str
    host: str
    company: str
    groups: list[int]
    slots: list[int]
    path: str
    dice: random.Random
    mine: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    requested: list[int] = field(default_factory=list)
    comings: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def attempt(self, hand: HTTPConnection) -> None:
        act = self.dice.choices(list(ACTS), list(ACTS.values()))[0]
        method, path, body = self.wish(act)
        token = self.host if act in BY_HOST else self.company if act in BY_COMPANY else self.teacher
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        hand.request(method, f"{self.path}{path}", json.dumps(body), headers)
        answer = hand.getresponse()
        read = answer.read()
        self.said.append(f"{act} {answer.status}")
        if answer.status != 201:
            return
        told = json.loads(read)
        if act == "announce":
            self.comings.append(told["id"])
        for made in told["reservations"] if act == "wish" else [told] if act == "reserve" else []:
            self.mine.append(made["id"])
            if made["state"] in {"waiting", "requested"}:
                (self.waiting if made["state"] == "waiting" else self.requested).append(made["id"])

    def wish(self, act: str) -> tuple[str, str, dict[str, Any]]:
        dice = self.dice
        slot, pupils = dice.choice(self.slots), dice.choice(PUPILS)
        one = f"/reservations/{dice.choice(self.mine or [1])}"
        offered = f"/reservations/{dice.choice(self.waiting or [1])}"
        asked = f"/reservations/{dice.choice(self.requested or [1])}"
        sits = {"slot_id": slot, "group_id": dice.choice(self.groups), "wait": dice.random() < 0.7}
        coming = f"/attendances/{dice.choice(self.comings or [1])}"
        heads = {"pupils": pupils, "adults": 2}
        ranked = {"slot_ids": dice.sample(self.slots, dice.choice((2, 3))), "group_id": sits["group_id"]}
        comes = {"people": dice.choice((1, 2, 3)), "role": "mentorat", "message": f"{dice.random()}"}
        wishes: dict[str, tuple[str, str, dict[str, Any]]] = {
            "reserve": ("POST", "/reservations", sits | heads),
            "cancel": ("POST", f"{one}/cancellation", {"reason": "Sortie annulée"}),
            "move": ("POST", f"{one}/move", {"to_slot_id": slot}),
            "headcount": ("PUT", f"{one}/headcount", heads),
            "wish": ("POST", "/wishes", ranked | heads | {"wait": sits["wait"]}),
            "visa": (
                "POST",
                f"{asked}/paper-visa",
                {"signed_by": "Mme Perrin", "signed_on": f"{datetime.now(UTC):%Y-%m-%d}"},
            ),
            "announce": ("POST", f"/slots/{slot}/attendances", comes),
            "change": ("PUT", coming, comes),
            "withdraw": ("DELETE", coming, {}),
            "welcome": ("POST", f"{coming}/acceptance", {}),
            "turn_down": ("POST", f"{coming}/refusal", {"reason": "Atelier complet"}),
            "resize": ("POST", f"/slots/{slot}/resize", {"seats": dice.choice(SIZES)}),
            "accept": ("POST", f"{offered}/acceptance", {}),
            "refuse": ("POST", f"{offered}/refusal", {}),
        }
        return wishes[act]


def main(orders: dict[str, Any]) -> None:
    url = urlsplit(orders["url"])
    crowd = Crowd(
        teacher=orders["teacher"],
        host=orders["host"],
        company=orders["company"],
        groups=orders["groups"],
        slots=orders["slots"],
        path=url.path,
        dice=random.Random(orders["seed"]),
    )
    left = iter(range(orders["attempts"]))

    def hand() -> None:
        connection = HTTPConnection(url.netloc, timeout=60)
        for _ in left:
            crowd.attempt(connection)

    # A hand is a thread with a connection of its own: eight processes start in a tenth of what an HTTP library takes.
    with ThreadPoolExecutor(HANDS) as hands:
        for one in [hands.submit(hand) for _ in range(HANDS)]:
            one.result()
    print(json.dumps({"told": Counter(crowd.said), "reservations": crowd.mine, "comings": crowd.comings}))


if __name__ == "__main__":
    main(json.load(sys.stdin))
