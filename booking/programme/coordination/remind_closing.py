"""Remind a lycée that a visit which is over waits to be closed: its pupils are not counted before."""

from __future__ import annotations

from datetime import datetime

from booking.programme.coordination.queries import REMINDED
from booking.programme.coordination.rules import NothingToRemind
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.slots.rules import TO_COME_SQL

# Locked, so that two coordinators remind once.
LATE_ONE = f"""
SELECT s.school FROM slots s WHERE s.id = $2 AND s.state IN {TO_COME_SQL} AND s.ends_at < $1
  AND s.groups_taken > 0 AND {REMINDED} IS NULL FOR UPDATE OF s
"""  # noqa: S608 - constants only


async def remind_closing(slot: int, *, by: int, now: datetime) -> None:
    """The hosts of the lycée are told of the visit to close; once a week at most. Raises NothingToRemind."""
    async with transaction():
        late = await row(LATE_ONE, now, slot)
        if late is None:
            raise NothingToRemind
        await record("closing_asked", by=by, about_kind="school", about=late["school"], also=slot, now=now)
