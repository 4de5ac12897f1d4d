"""Free hours of a lycée: when its workshops could receive once more, at the hours at which they usually do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msgspec import Struct

from workshops.database.row_types import rows_as
from workshops.refusals import Refusal
from workshops.school_calendar.rules import paris_day
from workshops.series.queries import plan_series
from workshops.series.rules import Series

# $1 the lycée, $2 the level that waits, $4 its pupils, $3 a year ago. The hours and the room in which a workshop most
# often received; one that never did begins at 9:00 and lasts as it says.
USUAL = """
SELECT w.id AS workshop, w.title, coalesce(u.starts, '09:00'::time) AS starts,
  coalesce(u.ends, '09:00'::time + make_interval(mins => w.minutes)) AS ends, u.room
FROM workshops w LEFT JOIN LATERAL (
  SELECT (s.starts_at AT TIME ZONE 'Europe/Paris')::time AS starts,
    (s.ends_at AT TIME ZONE 'Europe/Paris')::time AS ends, s.room
  FROM slots s WHERE s.workshop = w.id AND s.starts_at > $3 AND s.state <> 'called_off'
  GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 1, 2, 3 LIMIT 1
) u ON true
WHERE w.school = $1 AND w.state = 'published' AND $2 = ANY (w.levels) AND w.seats >= $4 ORDER BY w.id LIMIT 4
"""
LOOKS_AHEAD = timedelta(weeks=10)
PROPOSED = 6
A_WORKSHOP = 3
A_YEAR = timedelta(days=365)


class _UsualHours(Struct, frozen=True):
    workshop: int
    title: str
    starts: time
    ends: time
    room: int | None


class FreeHours(Struct, frozen=True):
    """When a workshop of the lycée could receive: nothing stands in its way, neither the calendar nor another slot."""

    workshop: int
    title: str
    on: date
    starts: time
    ends: time
    room: int | None


async def free_hours(school: int, *, level: str, pupils: int, now: datetime) -> list[FreeHours]:
    """The next ones, of the workshops that take so many pupils of this level; three of a workshop and six in all at
    most."""
    first_on = paris_day(now) + timedelta(days=1)
    found: list[FreeHours] = []
    for usual in await rows_as(_UsualHours, USUAL, school, level, now - A_YEAR, pupils):
        series = Series(
            workshop=usual.workshop,
            weekdays=frozenset(range(5)),
            starts=usual.starts,
            ends=usual.ends,
            first_on=first_on,
            last_on=first_on + LOOKS_AHEAD,
            room=usual.room,
            alone=True,
            odd_hours=True,
        )
        try:
            plan = await plan_series(series, school=school, now=now)
        except Refusal:
            # Its usual room is too small by now, or gone: its hours are for the host to choose.
            continue
        free = [planned for planned in plan.dates if planned.reason is None]
        # One a week: a lycée does not receive each day.
        weekly = {planned.on.isocalendar()[:2]: planned for planned in reversed(free)}
        found += [
            FreeHours(usual.workshop, usual.title, planned.on, usual.starts, usual.ends, usual.room)
            for planned in sorted(weekly.values(), key=lambda planned: planned.on)[:A_WORKSHOP]
        ]
    return sorted(found[:PROPOSED], key=lambda hours: (hours.on, hours.starts))
