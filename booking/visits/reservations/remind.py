"""Reminding those who come and those who receive, and asking a collège whether its group comes.

Two weeks before and three school days before, a collège that has not said that it comes is asked, and reads what it has
left to do; a lycée and a company are reminded the day before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.visits.reservation_states import SURE_SQL
from booking.visits.reservations.states import ASKED_AFTER, ASKED_AGAIN_DAYS, ASKED_BEFORE
from workshops.database import rows
from workshops.events.record import REMINDED
from workshops.school_calendar.rules import LOOKS_BACK
from workshops.slots.rules import TO_COME_SQL

# No visit is reminded of sooner than this, whatever the days off: nothing further is looked at.
LOOKS_AHEAD = LOOKS_BACK + ASKED_BEFORE + timedelta(days=1)
TODAY = "($1 AT TIME ZONE 'Europe/Paris')::date"
_PARIS_DAY = "({instant} AT TIME ZONE 'Europe/Paris')::date"
_AT_EIGHT = "({day} + time '08:00') AT TIME ZONE 'Europe/Paris'"
# One letter for both halves of a class that come on one day: the first half's.
_ASKED_WITH_THE_FIRST = f"""r.half = 2 AND EXISTS (SELECT FROM reservations first_half
  WHERE first_half.demand = r.demand AND first_half.line = r.line AND first_half.half = 1
    AND first_half.replaces IS NULL AND first_half.state IN {SURE_SQL}
    AND {_PARIS_DAY.format(instant="first_half.starts_at")} = {_PARIS_DAY.format(instant="r.starts_at")})"""

# `day` is the visit's date in Paris. It is part of each event: a visit that moved is reminded of for its new date,
# once, however many workers ask; all of them write in one order, so that none locks another out. A visit confirmed
# after the moment of a question has just been told: it needs none. What is near is asked of the slots first: of a
# country's visits few are so near. A collège whose zone has no lessons on the day of a question has it on its last day
# of them before: while a zone is off, what follows its next lessons is near too.
# Of the moments whose day has come, the latest alone speaks, until the day before: a worker that comes late sends one.
REMIND = f"""
WITH taught AS MATERIALIZED (
  SELECT zones.zone, around.day::date AS day
  FROM (SELECT zone FROM closures WHERE zone IS NOT NULL UNION SELECT '') zones
  CROSS JOIN generate_series({TODAY} - {LOOKS_BACK.days}, {TODAY} + {LOOKS_AHEAD.days}, interval '1 day') around (day)
  WHERE extract(isodow FROM around.day) < 6 AND NOT EXISTS (SELECT FROM closures no_class
    WHERE no_class.school IS NULL AND (no_class.zone IS NULL OR no_class.zone = zones.zone)
    AND around.day::date BETWEEN no_class.first_on AND no_class.last_on)
), near AS MATERIALIZED (
  SELECT id, school, starts_at, eve_at, groups_taken
  FROM slots WHERE state IN {TO_COME_SQL} AND starts_at > $1 AND starts_at < $2
    AND (eve_at <= $1
      OR starts_at < (SELECT max(again.day) FROM (SELECT min(day) AS day FROM taught WHERE day > {TODAY} GROUP BY zone)
        again) + {ASKED_BEFORE.days + 1})
), coming AS (
  SELECT r.id, coalesce(r.confirmed_at, '-infinity') AS confirmed_at, sl.school AS host, on_.date,
    to_char(on_.date, 'YYYYMMDD')::int AS day, r.comes_on IS DISTINCT FROM on_.date AND NOT ({_ASKED_WITH_THE_FIRST})
      AS unsaid,
    coalesce((SELECT known.zone FROM closures known
      WHERE known.zone = coalesce(nullif(c.zone, ''), h.zone) LIMIT 1), '') AS zone,
    sl.eve_at AS day_before
  FROM near sl JOIN schools h ON h.id = sl.school
  JOIN reservations r ON r.slot = sl.id JOIN schools c ON c.id = r.school
  CROSS JOIN LATERAL (SELECT {_PARIS_DAY.format(instant="r.starts_at")} AS date) on_
  WHERE r.state IN {SURE_SQL} AND r.starts_at > $1 AND r.starts_at < $2
), asked AS MATERIALIZED (
  SELECT dates.zone, dates.date,
    (SELECT max(day) FROM taught WHERE zone = dates.zone AND day <= dates.date - {ASKED_BEFORE.days}) AS first_on,
    (SELECT day FROM taught WHERE zone = dates.zone AND day < dates.date
     ORDER BY day DESC OFFSET {ASKED_AGAIN_DAYS - 1} LIMIT 1) AS again_on
  FROM (SELECT DISTINCT zone, date FROM coming WHERE unsaid) dates
), moments AS (
  SELECT 1 AS rank, 'visit_asked_again' AS act, id, day, {_AT_EIGHT.format(day="again_on")} AS at, confirmed_at
  FROM coming JOIN asked USING (zone, date) WHERE unsaid AND $1 < day_before
  UNION ALL
  SELECT 2, 'visit_asked', id, day, {_AT_EIGHT.format(day="first_on")},
    confirmed_at + interval '{ASKED_AFTER.days} days'
  FROM coming JOIN asked USING (zone, date) WHERE unsaid AND $1 < day_before
), latest AS (
  SELECT DISTINCT ON (id) act, id, day, at, confirmed_at FROM moments
  WHERE {_PARIS_DAY.format(instant="at")} <= {TODAY}
  ORDER BY id, {_PARIS_DAY.format(instant="at")} DESC, rank
), due AS (
  SELECT act, 'reservation' AS about_kind, id AS about, day FROM latest WHERE at <= $1 AND confirmed_at < at
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
    """Say the reminders and the questions that are due, each once; returns how many.

    A question from 8 h 00 of its day, until the day of the next one, and the last until the day before; a reminder from
    then on until the visit starts. All on working days. A host gets one mail for all the groups of a day.
    """
    return len(await rows(REMIND, now, now + LOOKS_AHEAD))
