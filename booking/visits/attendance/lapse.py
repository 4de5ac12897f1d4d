"""What the clock does for a company: where its demand waits the lycée is reminded, then the demand ends; where it would
meet nobody it hears it, when the last group leaves and when reservations close empty."""

from __future__ import annotations

from datetime import datetime, timedelta

from workshops.database import row, rows, transaction, value
from workshops.events.record import REMINDED, recorded_of
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
), {recorded_of("attendance", "ended", at="$2", act="'attendance_lapsed'", was="'asked'", state="'lapsed'")}
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
# A slot has had `groups_ever` groups: that number is in the first event, so that the next to leave is told too. What
# the company read when it signed up, or since, is not said again. The second names the date: a slot that moves says it
# anew.
WARN = f"""
WITH alone AS (
  SELECT at.id, sl.groups_ever::int AS left_by, at.warned_of, sl.state = 'open' AND sl.booking_closes_at > $1 AS opened,
    to_char(sl.starts_at AT TIME ZONE 'Europe/Paris', 'YYYYMMDD')::int AS on_day, coalesce(
      sl.groups_ever <= at.warned_of AND at.warned_on = (sl.starts_at AT TIME ZONE 'Europe/Paris')::date, false
    ) AS read_closed
  FROM slots sl JOIN attendances at ON at.slot = sl.id
  WHERE sl.state IN {TO_COME_SQL} AND sl.starts_at > $1 AND sl.groups_taken = 0 AND sl.company_places_taken > 0
    AND at.state = 'announced'
), due AS (
  SELECT 'coming_left_alone' AS act, 'attendance' AS about_kind, id AS about, left_by AS day FROM alone
  WHERE opened AND left_by > warned_of
  UNION ALL
  SELECT 'coming_to_nobody', 'attendance', id, on_day FROM alone WHERE NOT opened AND NOT read_closed
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


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


async def warn(*, now: datetime) -> int:
    """Say to each company at a session that no group comes to what it did not read yet; returns how many are told.

    Each once, however many workers ask.
    """
    return len(await rows(WARN, now))
