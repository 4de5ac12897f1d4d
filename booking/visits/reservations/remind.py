"""Reminding those who come and those who receive: a week before, and the day before."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.people.accounts.who_hears import college_hears, company_hears, lycee_hears
from workshops.database import rows
from workshops.school_calendar.rules import LOOKS_BACK
from workshops.slots.rules import SETTLES_DAYS

# No visit is reminded of sooner than this, whatever the days off: nothing further is looked at.
LOOKS_AHEAD = LOOKS_BACK + timedelta(days=SETTLES_DAYS + 1)

# `day` is the visit's date in Paris. It is part of each key: a visit that moved is reminded for its new date, once,
# however many workers ask; all of them write in the order of the keys, so that none locks another out. A visit
# confirmed after the moment of a reminder has just been told: it needs none.
REMIND = f"""
WITH coming AS (
  SELECT r.id, r.school, r.booked_by, coalesce(r.confirmed_at, '-infinity') AS confirmed_at, sl.school AS host, on_.day,
    ((sl.settles_at AT TIME ZONE 'Europe/Paris')::date + time '08:00') AT TIME ZONE 'Europe/Paris' AS week_before,
    sl.eve_at AS day_before
  FROM reservations r JOIN slots sl ON sl.id = r.slot
  CROSS JOIN LATERAL (SELECT (r.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) on_
  WHERE r.state IN ('confirmed', 'locked') AND r.starts_at > $1 AND r.starts_at < $2
), due AS (
  SELECT 'reminder_7' AS kind, coming.id AS about, day, a.id AS account, a.email, a.name
  FROM coming, {college_hears("school", "booked_by")}
  WHERE $1 >= week_before AND $1 < day_before AND confirmed_at < week_before
  UNION ALL
  SELECT 'reminder_1', coming.id, day, a.id, a.email, a.name FROM coming, {college_hears("school", "booked_by")}
  WHERE $1 >= day_before AND confirmed_at < day_before
  UNION
  SELECT 'reminder_1_host', host, day, a.id, a.email, a.name FROM coming, {lycee_hears("host")} WHERE $1 >= day_before
  UNION
  SELECT 'reminder_1_company', at.id, (sl.starts_at AT TIME ZONE 'Europe/Paris')::date, a.id, a.email, a.name
  FROM attendances at JOIN slots sl ON sl.id = at.slot, {company_hears("at.company", "at.announced_by")}
  WHERE at.state = 'announced' AND sl.state IN ('open', 'closed') AND sl.starts_at > $1 AND sl.starts_at < $2
    AND $1 >= sl.eve_at
), keyed AS (
  SELECT kind, email, name, about, to_char(day, 'YYYYMMDD') AS day,
    kind || ':' || about || ':' || to_char(day, 'YYYYMMDD') || ':' || account AS once
  FROM due
)
INSERT INTO notices (kind, to_email, to_name, about, also, once, created_at, next_try_at)
SELECT k.kind, k.email, k.name, k.about, k.day::int, k.once, $1, $1 FROM keyed k
WHERE NOT EXISTS (SELECT 1 FROM notices n WHERE n.once = k.once) ORDER BY k.once
ON CONFLICT (once) DO NOTHING RETURNING id
"""  # noqa: S608 - constants only


async def remind(*, now: datetime) -> int:
    """Queue the reminders that are due, each once; returns how many.

    A week before from 8 h 00, until the day before takes over; the day before from 8 h 00, until the visit starts; both
    on working days. A host gets one mail for all the groups of a day.
    """
    return len(await rows(REMIND, now, now + LOOKS_AHEAD))
