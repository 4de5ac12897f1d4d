"""What a host's phone does: badges one by one, those that waited while it had no network together, and taken back."""

from __future__ import annotations

import random
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from tests.faults.notebook import Notebook
from tests.faults.wire import Answer, Wire

TOGETHER = (5, 50)
REMEMBERED = 50


class ScanTold(msgspec.Struct):
    scan_id: uuid.UUID
    result: str


class ScansTold(msgspec.Struct):
    results: list[ScanTold]


@dataclass
class Desk:
    """One phone: the badges it may see, the scans that it counted and may take back, the last ones it sent."""

    wire: Wire
    token: str
    slot: int
    badges: Sequence[str]
    dice: random.Random
    notes: Notebook
    present: list[tuple[str, uuid.UUID]] = field(default_factory=list)
    scanned: deque[tuple[str, uuid.UUID, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    async def scan(self) -> None:
        await self._scan([self.dice.choice(self.badges)])

    async def batch(self) -> None:
        few = self.dice.randint(*TOGETHER)
        await self._scan(self.dice.sample(self.badges, min(few, len(self.badges))))

    async def repeat(self) -> None:
        """A phone that lost the answer sends the scan again: nothing changes, and the answer is the first one."""
        badge, scan, result = self.dice.choice(self.scanned)
        answer, (again,) = await self._ask([(badge, scan)])
        self.notes.note("repeat", answer, "same" if again == result else again, badge=badge[-8:], scan=scan.hex)

    async def undo(self) -> None:
        badge, scan = self.present.pop(self.dice.randrange(len(self.present)))
        self.scanned = deque((one for one in self.scanned if one[1] != scan), maxlen=REMEMBERED)
        answer = await self.wire.insist("DELETE", f"/checkins/{scan}", token=self.token)
        said = msgspec.json.decode(answer.body, type=ScanTold).result if answer.done else ""
        self.notes.note("undo", answer, said, badge=badge[-8:], scan=scan.hex)

    async def _scan(self, badges: Sequence[str]) -> None:
        sent = [(badge, uuid.uuid4()) for badge in badges]
        answer, results = await self._ask(sent)
        for (badge, scan), result in zip(sent, results, strict=True):
            self.notes.note("scan", answer, result, badge=badge[-8:], scan=scan.hex)
            if result:
                self.scanned.append((badge, scan, result))
            if result == "present":
                self.present.append((badge, scan))

    async def _ask(self, sent: Sequence[tuple[str, uuid.UUID]]) -> tuple[Answer, list[str]]:
        """One request, the same once more until it is answered; each scan's result, empty where nobody answers."""
        at = datetime.now(UTC)
        scans = [{"scan_id": scan, "slot_id": self.slot, "badge": badge, "scanned_at": at} for badge, scan in sent]
        answer = await self.wire.insist("POST", "/checkins", token=self.token, body={"scans": scans})
        if not answer.status:
            return answer, [""] * len(sent)
        if not answer.done:
            return answer, [answer.refusal] * len(sent)
        told = msgspec.json.decode(answer.body, type=ScansTold).results
        in_order = [one.scan_id for one in told] == [scan for _, scan in sent]
        return answer, [one.result for one in told] if in_order else ["in another order"] * len(sent)
