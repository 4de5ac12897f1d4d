"""Reminding those who come and those who receive: a week before, and the day before."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.visits.reservation_states import SURE_SQL
from workshops.database import rows
from workshops.events.record import REMINDED
from workshops.school_calendar.rules import LOOKS_BACK
from workshops.slots.queries import settles_for
from workshops.slots.rules import SETTLES_DAYS, TO_COME_SQL

# No visit is reminded of sooner than this, whatever the days off: nothing further is looked at.
LOOKS_AHEAD = LOOKS_BACK + timedelta(days=SETTLES_DAYS + 1)
TODAY = "($1 AT TIME ZONE 'Europe/Paris')::date"
# After today, in a zone that is off within the week: the day until which a week before has come for its collèges.
LESSONS_AGAIN = f"""SELECT max(again.day) FROM (
  SELECT DISTINCT zone FROM closures
  WHERE zone IS NOT NULL AND last_on > {TODAY} AND first_on <= {TODAY} + {SETTLES_DAYS}
) resting CROSS JOIN LATERAL (
  SELECT min(taught_day.day)::date AS day
  FROM generate_series({TODAY} + 1, {TODAY} + {LOOKS_BACK.days}, interval '1 day') taught_day (day)
  WHERE extract(isodow FROM taught_day.day) < 6 AND NOT EXISTS (SELECT FROM closures no_class
    WHERE no_class.school IS NULL AND (no_class.zone IS NULL OR no_class.zone = resting.zone)
    AND taught_day.day::date BETWEEN no_class.first_on AND no_class.last_on)
) again"""  # noqa: S608 - constants only

# `day` is the visit's date in Paris. It is part of each event: a visit that moved is reminded of for its new date,
# once, however many workers ask; all of them write in one order, so that none locks another out. A visit confirmed
# after the moment of a reminder has just been told: it needs none. What is near is asked of the slots first: of a
# country's visits few are so near. A collège whose zone has no lessons until the week before is reminded on its last
# day of them, when its head count ends: while a zone is off, what follows its next lessons is near too.
REMIND = f"""
WITH near AS MATERIALIZED (
  SELECT id, school, starts_at, settles_at, eve_at, groups_taken
  FROM slots WHERE state IN {TO_COME_SQL} AND starts_at > $1 AND starts_at < $2
    AND (settles_at < $1 + interval '1 day' OR eve_at <= $1
      OR starts_at < ({LESSONS_AGAIN}) + {SETTLES_DAYS + 1})
), coming AS (
  SELECT r.id, coalesce(r.confirmed_at, '-infinity') AS confirmed_at, sl.school AS host, on_.day,
    ((({settles_for("sl", "c.zone", host="h")}) AT TIME ZONE 'Europe/Paris')::date + time '08:00')
      AT TIME ZONE 'Europe/Paris' AS week_before, sl.eve_at AS day_before
  FROM near sl JOIN schools h ON h.id = sl.school
  JOIN reservations r ON r.slot = sl.id JOIN schools c ON c.id = r.school
  CROSS JOIN LATERAL (SELECT to_char(r.starts_at AT TIME ZONE 'Europe/Paris', 'YYYYMMDD')::int AS day) on_
  WHERE r.state IN {SURE_SQL} AND r.starts_at > $1 AND r.starts_at < $2
), due AS (
  SELECT 'visit_in_a_week' AS act, 'reservation' AS about_kind, id AS about, day FROM coming
  WHERE $1 >= week_before AND $1 < day_before AND confirmed_at < week_before
  UNION ALL
  SELECT 'visit_tomorrow', 'reservation', id, day FROM coming WHERE $1 >= day_before AND confirmed_at < day_before
  UNION
  SELECT 'day_tomorrow', 'school', host, day FROM coming WHERE $1 >= day_before
  UNION
  SELECT 'coming_tomorrow', 'attendance', at.id, to_char(sl.starts_at AT TIME ZONE 'Europe/Paris', 'YYYYMMDD')::int
  FROM near sl JOIN attendances at ON at.slot = sl.id WHERE at.state = 'announced' AND $1 >= sl.eve_at
    AND sl.groups_taken > 0
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def remind(*, now: datetime) -> int:
    """Say the reminders that are due, each once; returns how many.

    A week before from 8 h 00, until the day before takes over; the day before from 8 h 00, until the visit starts; both
    on working days. A host gets one mail for all the groups of a day.
    """
    return len(await rows(REMIND, now, now + LOOKS_AHEAD))
