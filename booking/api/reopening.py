"""A closed visit's figures taken back, for machines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import delete
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.bodies import Line
from booking.day.checkin.reopen_slot import reopen_slot
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator


class Reopening(msgspec.Struct, forbid_unknown_fields=True):
    """Why the figures were wrong, without a name."""

    reason: Line


class Reopened(msgspec.Struct):
    """The slot that may be closed again."""

    slot_id: int
    state: str


@delete("/slots/{slot:int}/closure", opt=COORDINATOR, status_code=200)
async def reopen_visit(
    slot: FromPath[int], data: JSONBody[Reopening], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Reopened:
    """Take back a visit's frozen figures; scans and objects stay."""
    await reopen_slot(slot, reason=data.reason, account=person.account, now=now)
    return Reopened(slot_id=slot, state="closed")
