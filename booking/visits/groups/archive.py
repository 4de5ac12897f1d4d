"""Putting a group away, and taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.journal.write import write
from booking.visits.groups.rules import VisitsAhead
from workshops.database import row, rows, transaction, value
from workshops.refusals import NotFound

OWN = "SELECT archived_at FROM groups WHERE id = $1 AND school = $2 FOR UPDATE"
AHEAD = """SELECT 1 FROM reservations WHERE "group" = $1 AND ends_at > $2
  AND state IN ('requested', 'confirmed', 'locked', 'waiting', 'offered') LIMIT 1"""
SET = "UPDATE groups SET archived_at = $2 WHERE id = $1"


async def archive(group: int, *, school: int, by: int, now: datetime) -> None:
    """It leaves the lists and the choices, its past visits stay. Raises NotFound, VisitsAhead."""
    async with transaction():
        if await _archived_at(group, school) is not None:
            return
        if await value(AHEAD, group, now) is not None:
            raise VisitsAhead()
        await rows(SET, group, now)
        await write("group_archived", account=by, about_kind="group", about=group, now=now)


async def take_back(group: int, *, school: int, by: int, now: datetime) -> None:
    """It is among the others again. Raises NotFound."""
    async with transaction():
        if await _archived_at(group, school) is None:
            return
        await rows(SET, group, None)
        await write("group_taken_back", account=by, about_kind="group", about=group, now=now)


async def _archived_at(group: int, school: int) -> datetime | None:
    found = await row(OWN, group, school)
    if found is None:
        raise NotFound()
    at: datetime | None = found["archived_at"]
    return at
