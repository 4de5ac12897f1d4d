"""One process of clients that live through faults: teachers, a host and readers at the API, at a steady rate.

    python -m tests.faults.client < orders.json

Each hand is one client: it has groups of its own, sends one act at a time, tries again what can be tried again, and
writes what it did and saw into its process's log before it goes on.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.faults.history import Act, line

ACTS = {"book": 8, "move": 3, "cancel": 5, "look": 2, "read": 6, "scan": 6}
AGAIN_AFTER = 0.25
GIVES_UP_AFTER = 90.0  # longer than the longest outage that the faults make
SILENT = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError)


@dataclass(frozen=True)
class Orders:
    """What a process of clients is told: where to ask, as whom, about what, how often and how long.

    `patience` is how many seconds they wait for an answer before they try again.
    """

    client: int
    addresses: list[tuple[str, int]]
    name: str
    teacher: str
    host: str
    groups: list[int]
    slots: list[int]
    desk: int
    badges: list[str]
    log: str
    seed: int
    hands: int = 4
    rate: float = 75.0
    seconds: float = 3600.0
    patience: float = 4.0
    acts: dict[str, int] = field(default_factory=lambda: dict(ACTS))


class Silence(Exception):
    """No answer, or one that does not say whether the act was done."""


class Wire:
    """A kept connection to one of the addresses; each time it breaks the next address is tried."""

    def __init__(self, orders: Orders, start: int) -> None:
        self._orders, self._next = orders, start
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, *, token: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> Any:
        """Status and JSON; raises Silence."""
        try:
            async with asyncio.timeout(self._orders.patience):
                status, said = await self._exchange(self._request(method, path, token, body, key))
        except SILENT as error:
            self.close()
            raise Silence(repr(error)) from error
        except BaseException:
            self.close()
            raise
        if status >= 500:
            raise Silence(f"{status}")
        return status, said

    def close(self) -> None:
        if self._open is not None:
            self._open[1].transport.abort()
            self._open = None

    def _request(self, method: str, path: str, token: str, body: dict[str, Any] | None, key: str) -> bytes:
        sent = b"" if body is None else json.dumps(body).encode()
        head = [f"{method} /api/v1{path} HTTP/1.1", f"Host: {self._orders.name}", f"Authorization: Bearer {token}"]
        head += [f"Content-Length: {len(sent)}", "Content-Type: application/json"] if body is not None else []
        head += [f"Idempotency-Key: {key}"] if key else []
        return "\r\n".join(head).encode() + b"\r\n\r\n" + sent

    async def _exchange(self, sent: bytes) -> tuple[int, Any]:
        if self._open is None:
            host, port = self._orders.addresses[self._next % len(self._orders.addresses)]
            self._next += 1
            self._open = await asyncio.open_connection(host, port)
        reader, writer = self._open
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = head.partition("\r\ncontent-length:")[2].partition("\r\n")[0]
        read = await reader.readexactly(int(length or 0))
        if "\r\nconnection: close" in head:
            self.close()
        return int(head[9:12]), json.loads(read) if read else None


class Hand:
    """One client: what it knows of its groups, and the acts it may do with them."""

    def __init__(self, orders: Orders, number: int, log: int) -> None:
        self.orders, self.id, self._log = orders, orders.client * 100 + number, log
        self.dice = random.Random(f"{orders.seed} {self.id}")
        self.wire = Wire(orders, self.id)
        self.groups = orders.groups[number :: orders.hands]
        # group: (reservation, slot, pupils); a group whose last act stays unknown is left alone from then on.
        self.sits: dict[int, tuple[int, int, int]] = {}

    async def one(self) -> None:
        free = [group for group in self.groups if group not in self.sits]
        possible = dict(self.orders.acts)
        if not free:
            possible.pop("book", None)
        if not self.sits:
            for act in ("move", "cancel", "look"):
                possible.pop(act, None)
        if not possible:
            return
        act = self.dice.choices(list(possible), list(possible.values()))[0]
        if act == "book":
            await self.book(self.dice.choice(free))
        elif act == "read":
            await self.read(self.dice.choice(self.orders.slots))
        elif act == "scan":
            await self.scan(self.dice.choice(self.orders.badges))
        else:
            await getattr(self, act)(self.dice.choice(list(self.sits)))

    async def book(self, group: int) -> None:
        slot, pupils, key = self.dice.choice(self.orders.slots), self.dice.choice((12, 18, 24)), str(uuid.uuid4())
        asked = {"slot_id": slot, "group_id": group, "pupils": pupils, "adults": 2, "wait": False}
        told = {"slot": slot, "group": group, "pupils": pupils}
        began = sent = time.monotonic()
        tries = 1
        while sent - began < GIVES_UP_AFTER:
            try:
                status, said = await self.teacher("POST", "/reservations", asked, key=key)
            except Silence:
                await asyncio.sleep(AGAIN_AFTER)
                tries, sent = tries + 1, time.monotonic()
                continue
            if status == 201:
                self.sits[group] = (said["id"], slot, pupils)
                self.note("book", began, answer="done", tries=tries, **told)
                return
            if tries > 1:
                # A first try that is still under way somewhere may yet be done, after this refusal.
                self.note("book", began, ended=False, **told)
                self.groups.remove(group)
            self.note("book", sent, answer=kind_of(said), tries=tries, **told)
            return
        self.note("book", began, ended=False, **told)
        self.groups.remove(group)

    async def cancel(self, group: int) -> None:
        reservation, slot, pupils = self.sits.pop(group)
        told = {"slot": slot, "group": group, "pupils": pupils}
        began = time.monotonic()
        try:
            status, said = await self.teacher("POST", f"/reservations/{reservation}/cancellation", {"reason": "Grève"})
        except Silence:
            self.note("cancel", began, ended=False, **told)
            await self.find_out(group, reservation, pupils)
            return
        self.note("cancel", began, answer="done" if status < 300 else kind_of(said), **told)

    async def move(self, group: int) -> None:
        reservation, slot, pupils = self.sits[group]
        to_slot = self.dice.choice([one for one in self.orders.slots if one != slot])
        told = {"slot": slot, "to_slot": to_slot, "group": group, "pupils": pupils}
        began = time.monotonic()
        try:
            status, said = await self.teacher("POST", f"/reservations/{reservation}/move", {"to_slot_id": to_slot})
        except Silence:
            self.note("move", began, ended=False, **told)
            self.sits.pop(group)
            await self.find_out(group, reservation, pupils)
            return
        if status < 300:
            self.sits[group] = (reservation, to_slot, pupils)
        self.note("move", began, answer="done" if status < 300 else kind_of(said), **told)

    async def find_out(self, group: int, reservation: int, pupils: int) -> None:
        """What an act without answer did. Where it is not seen as done it may still come: the group stays aside."""
        self.groups.remove(group)
        found = await self.seen_at(group, reservation)
        if found == 0:
            self.groups.append(group)

    async def look(self, group: int) -> None:
        await self.seen_at(group, self.sits[group][0])

    async def seen_at(self, group: int, reservation: int) -> int | None:
        """The slot at which a group's reservation is seen, 0 once cancelled, None while nobody answers."""
        first = time.monotonic()
        while time.monotonic() - first < GIVES_UP_AFTER:
            began = time.monotonic()
            try:
                status, said = await self.teacher("GET", f"/reservations/{reservation}")
            except Silence:
                await asyncio.sleep(AGAIN_AFTER)
                continue
            assert status == 200, said
            slot = 0 if said["state"] == "cancelled_by_teacher" else int(said["slot_id"])
            self.note("look", began, answer="seen", group=group, seen=slot)
            return slot
        return None

    async def read(self, slot: int) -> None:
        began = time.monotonic()
        try:
            status, said = await self.teacher("GET", f"/slots/{slot}")
        except Silence:
            return
        assert status == 200, said
        self.note("read", began, answer="seen", slot=slot, seen=said["seats_free"])

    async def scan(self, badge: str) -> None:
        told = {"slot_id": self.orders.desk, "badge": badge, "scanned_at": datetime.now(UTC).isoformat()}
        sent = {"scans": [{"scan_id": str(uuid.uuid4()), **told}]}
        began = time.monotonic()
        tries = 1
        while time.monotonic() - began < GIVES_UP_AFTER:
            try:
                status, said = await self.wire.ask("POST", "/checkins", token=self.orders.host, body=sent)
            except Silence:
                await asyncio.sleep(AGAIN_AFTER)
                tries += 1
                continue
            assert status == 200, said
            self.note("scan", began, answer=said["results"][0]["result"], badge=badge[-8:], tries=tries)
            return
        self.note("scan", began, ended=False, badge=badge[-8:])

    async def teacher(self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        return await self.wire.ask(method, path, token=self.orders.teacher, body=body, key=key)

    def note(self, act: str, began: float, *, answer: str = "", ended: bool = True, **told: Any) -> None:
        done_at = time.monotonic() if ended else None
        os.write(self._log, (line(Act(self.id, act, began, done_at, answer, **told)) + "\n").encode())


def kind_of(problem: dict[str, Any]) -> str:
    """The name of a refusal: `slot-full` of `/problems/slot-full`."""
    return str(problem["type"]).rpartition("/")[2]


async def work(orders: Orders) -> None:
    """Every hand at its share of the rate until the time is over, then a last look at all that it holds."""
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    ends = time.monotonic() + orders.seconds
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    every = orders.hands / orders.rate

    async def go_on(hand: Hand) -> None:
        due = time.monotonic() + hand.dice.random() * every
        while not over.is_set() and time.monotonic() < ends:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            # What an outage kept from being asked is not asked all at once afterwards.
            due = max(due, time.monotonic() - every) + every
            await hand.one()
        for group in list(hand.sits):
            await hand.look(group)
        hand.wire.close()

    await asyncio.gather(*(go_on(Hand(orders, number, log)) for number in range(orders.hands)))
    reader = Hand(orders, orders.hands, log)
    for slot in orders.slots:
        await reader.read(slot)
    os.close(log)


if __name__ == "__main__":
    asyncio.run(work(Orders(**json.load(sys.stdin))))
