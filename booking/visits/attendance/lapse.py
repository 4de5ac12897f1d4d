"""What the clock does for a company whose demand waits: the lycée is reminded, then the demand ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from workshops.database import row, rows, transaction, value
from workshops.events.record import REMINDED, recorded
from workshops.slots.rules import TO_COME_SQL
from workshops.slots.seats import company_places_shifted

DUE = """SELECT a.id, a.slot FROM attendances a JOIN slots sl ON sl.id = a.slot
WHERE a.state = 'asked' AND sl.starts_at <= $1 ORDER BY a.slot, a.id LIMIT 200"""
LOCK_SLOT = "SELECT id FROM slots WHERE id = $1 AND starts_at <= $2 FOR NO KEY UPDATE"
LAPSE = f"""
WITH ended AS (
  UPDATE attendances SET state = 'lapsed', sequence = sequence + 1, visitors = '' WHERE id = $1 AND state = 'asked'
  RETURNING id, slot, people, sequence
), freed AS (
  {company_places_shifted("ended", people="-ended.people")}
), {
    recorded(
        "ended",
        at="$2",
        act="'attendance_lapsed'",
        about_kind="'attendance'",
        about="ended.id",
        sequence="ended.sequence",
        was="'asked'",
        state="'lapsed'",
    )
}
SELECT id FROM ended
"""  # noqa: S608 - constants only
REMINDED_BEFORE = timedelta(days=2)
# A lycée asked within these two days has just been told. The hour is in the event: a slot that moves is due again.
REMIND = f"""
WITH due AS (
  SELECT 'coming_unanswered' AS act, 'attendance' AS about_kind, at.id AS about,
    (extract(epoch FROM sl.starts_at) / 60)::int AS day
  FROM attendances at JOIN slots sl ON sl.id = at.slot
  WHERE at.state = 'asked' AND sl.state IN {TO_COME_SQL} AND sl.starts_at > $1
    AND sl.starts_at <= $1 + $2::interval AND at.created_at < sl.starts_at - $2::interval
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only
FORGET_WORDS = """UPDATE attendances SET message = '', reason = ''
WHERE slot = ANY ($1::int[]) AND (message <> '' OR reason <> '') RETURNING id"""


async def lapse(*, now: datetime) -> int:
    """End the demands of sessions that begin: the places are free again, each company is told; returns how many.

    Each in a transaction of its own; several workers may run it at once.
    """
    return sum([await _end(one["id"], one["slot"], now=now) for one in await rows(DUE, now)])


async def _end(attendance: int, slot: int, *, now: datetime) -> bool:
    async with transaction():
        if await row(LOCK_SLOT, slot, now) is None:
            # Its lycée has moved it meanwhile.
            return False
        return await value(LAPSE, attendance, now) is not None


async def remind_hosts(*, now: datetime) -> int:
    """Two days before a session, ask its lycée again for the answer to each company; returns how many.

    Each once, however many workers ask.
    """
    return len(await rows(REMIND, now, REMINDED_BEFORE))
