"""Put a subject of what there is to do off to a day, and take it up again."""

from __future__ import annotations

from datetime import date, datetime

from booking.programme.coordination.queries import REMINDED
from booking.programme.coordination.rules import NothingToRemind, refuse_put_off
from booking.programme.coordination.tables import PutOff
from booking.words.wording import day
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day
from workshops.slots.rules import TO_COME_SQL

PUT_OFF = """
INSERT INTO put_offs (subject, until_on, number, put_off_by, put_off_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (subject) DO UPDATE SET until_on = excluded.until_on, number = excluded.number,
  put_off_by = excluded.put_off_by, put_off_at = excluded.put_off_at
"""


async def put_off(subject: str, *, words: str, number: int, until: date | None, by: int, now: datetime) -> None:
    """The subject, of which so many things wait, asks again on that day, or once it counts more. Raises Invalid."""
    on = refuse_put_off(until, today=paris_day(now))
    async with transaction():
        await rows(PUT_OFF, subject, on, number, by, now)
        detail = f"{words}, au {day(on)}"
        await record("to_do_put_off", by=by, about_kind="coordination", about=None, detail=detail, now=now)


async def take_up(subject: str, *, words: str, by: int, now: datetime) -> None:
    """The subject asks again at once. Raises NotFound where it was not put off."""
    async with transaction():
        if not await PutOff.delete().where(PutOff.subject == subject).returning(PutOff.id):
            raise NotFound
        await record("to_do_taken_up", by=by, about_kind="coordination", about=None, detail=words, now=now)


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
