"""What a teacher's program asks the API, each time until it is answered."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.wire import Answer, Wire


@dataclass(frozen=True)
class Teacher:
    """A key, and the wire that it is shown on."""

    wire: Wire
    token: str

    async def reserve(self, slot: int, group: int, pupils: int) -> Answer:
        asked = {"slot_id": slot, "group_id": group, "pupils": pupils, "adults": 2, "wait": False}
        key = str(uuid.uuid4())
        return await self.wire.insist("POST", "/reservations", token=self.token, body=asked, key=key)

    async def call_back(self, reservation: int) -> tuple[Answer, str]:
        """Cancel; `done`, the refusal, or nothing where nobody answers."""
        path, reason = f"/reservations/{reservation}/cancellation", {"reason": "Grève"}
        return _done_once(await self.wire.insist("POST", path, token=self.token, body=reason))

    async def see(self, reservation: int) -> Answer:
        return await self.wire.insist("GET", f"/reservations/{reservation}", token=self.token)

    async def ask(self, lines: Sequence[dict[str, Any]], group: int, pupils: int) -> Answer:
        """A demand of lines, the best first."""
        asked = {"lines": lines, "group_id": group, "pupils": pupils, "adults": 2}
        return await self.wire.insist("POST", "/demands", token=self.token, body=asked, key=str(uuid.uuid4()))

    async def take_back(self, demand: int) -> tuple[Answer, str]:
        """Ask no more; as `call_back` answers."""
        return _done_once(await self.wire.insist("DELETE", f"/demands/{demand}", token=self.token))

    async def see_demand(self, demand: int) -> Answer:
        return await self.wire.insist("GET", f"/demands/{demand}", token=self.token)


def _done_once(answer: Answer) -> tuple[Answer, str]:
    if answer.done or not answer.status:
        return answer, "done" if answer.done else ""
    # Once it is done, a first try that is still under way somewhere leaves nothing more to do.
    return answer, "done" if answer.tries > 1 and answer.refusal == "not-now" else answer.refusal
