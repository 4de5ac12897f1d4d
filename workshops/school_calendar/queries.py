"""Which days are off, for whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from msgspec import Struct

from workshops.database import rows, value
from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import LOOKS_BACK, DayOff, school_days_after
from workshops.scope import Scope, within


class OwnClosure(Struct, frozen=True):
    """A closure that a lycée declared itself, with the number by which it may be taken back."""

    id: int
    label: str
    first_on: date
    last_on: date


class _DayOffOf(DayOff, frozen=True, kw_only=True):
    """A run of days on which a school does not work, whoever says so."""

    whom: int


_OFF = f"SELECT {columns_of(DayOff, 'c')} FROM closures c"  # noqa: S608 - constants only
BETWEEN = f"""{_OFF} WHERE c.last_on >= $1 AND c.first_on <= $2
  AND (c.zone = ANY($3::varchar[]) OR c.school = ANY($4::int[]) OR (c.zone IS NULL AND c.school IS NULL))
ORDER BY c.first_on, c.last_on, c.id"""
KEEPS_OFF = f"""{_OFF} JOIN schools s ON s.id = $1 WHERE c.last_on >= $2 AND c.first_on <= $3
  AND (c.school = s.id OR c.zone = s.zone OR (c.zone IS NULL AND c.school IS NULL))
ORDER BY c.first_on, c.last_on, c.id"""
KEEPS_EACH_OFF = f"""SELECT s.id AS whom, {columns_of(DayOff, "c")} FROM closures c
JOIN schools s ON c.school = s.id OR c.zone = s.zone OR (c.zone IS NULL AND c.school IS NULL)
WHERE s.id = ANY ($1::int[]) AND c.last_on >= $2 AND c.first_on <= $3
ORDER BY c.first_on, c.last_on, c.id"""  # noqa: S608 - constants only
ON_DAY = f"""{_OFF} JOIN schools s ON s.id = $1 WHERE $2::date BETWEEN c.first_on AND c.last_on
  AND (c.zone = s.zone OR c.school = s.id OR (c.zone IS NULL AND c.school IS NULL))
ORDER BY array_position(ARRAY['closure', 'holiday', 'public_holiday'], c.kind::text), c.id LIMIT 1"""
# The last school day of a zone on or before a day, for a statement: `last_working_day`, of lessons only.
SCHOOL_DAY = """(SELECT max(lessons.day)::date
  FROM generate_series({day} - interval '75 days', {day}, '1 day') lessons (day)
  WHERE extract(isodow FROM lessons.day) < 6 AND NOT EXISTS (SELECT FROM closures off
    WHERE off.school IS NULL AND (off.zone IS NULL OR off.zone = {zone})
    AND lessons.day::date BETWEEN off.first_on AND off.last_on))"""
_OWN = f"SELECT {columns_of(OwnClosure, 'c')} FROM closures c"  # noqa: S608 - constants only
OF_SCHOOL = f"{_OWN} WHERE c.school = $1 AND c.last_on >= $2 ORDER BY c.first_on, c.id"
ONE_OF_SCHOOL = f"{_OWN} WHERE c.id = $1 AND {within('c.school', 2)}"
OF_SCHOOL_AFTER = f"{_OWN} WHERE c.id > $1 AND c.school = $2 AND c.last_on >= $3 ORDER BY c.id LIMIT $4"
KNOWN_YEARS = """
SELECT extract(year FROM first_on - interval '8 months')::int AS autumn, max(last_on) AS known_until
FROM closures WHERE kind = 'holiday' AND zone = $1 GROUP BY autumn
"""
LAST_HOLIDAY = "SELECT max(last_on) FROM closures WHERE kind = 'holiday'"


async def closures_between(
    first_on: date, last_on: date, *, zones: Sequence[str] = (), schools: Sequence[int] = ()
) -> list[DayOff]:
    """The days off that touch a period: of these zones, of these schools, and the public holidays."""
    return await rows_as(DayOff, BETWEEN, first_on, last_on, list(zones), list(schools))


async def school_days_of_academie(day: date, count: int) -> date:
    """The day that is so many of the académie's school days after this one."""
    zone: str | None = await value("SELECT zone FROM academie LIMIT 1")
    off = await closures_between(day, day + LOOKS_BACK, zones=[zone] if zone else [])
    return school_days_after(day, count, off)


async def days_off_before(school: int, on: date, *, since: date | None = None) -> list[DayOff]:
    """What keeps this school from working in the months before a day, or before it and `since` another: its zone's
    holidays, public holidays and its own closures."""
    return await rows_as(DayOff, KEEPS_OFF, school, min(on, since or on) - 2 * LOOKS_BACK, on)


async def days_off_before_each(schools: Collection[int], on: date) -> dict[int, list[DayOff]]:
    """The same of several schools, in one statement."""
    off: dict[int, list[DayOff]] = {school: [] for school in schools}
    for run in await rows_as(_DayOffOf, KEEPS_EACH_OFF, list(off), on - 2 * LOOKS_BACK, on):
        off[run.whom].append(run)
    return off


async def day_off_of(school: int, on: date) -> DayOff | None:
    """Why a school is closed on a day: its own closure, its zone's holidays, a public holiday; None when open."""
    return await row_as(DayOff, ON_DAY, school, on)


async def holidays_known(zone: str) -> dict[int, date]:
    """The last day off that is known for a zone in each school year, by the year in which that began."""
    return {one["autumn"]: one["known_until"] for one in await rows(KNOWN_YEARS, zone)}


async def holidays_known_until() -> date | None:
    """The last day off of the calendar that was loaded; None before any was."""
    last: date | None = await value(LAST_HOLIDAY)
    return last


async def closures_of_school(school: int, *, since: date) -> list[OwnClosure]:
    """What a lycée declared closed itself, from a day on."""
    return await rows_as(OwnClosure, OF_SCHOOL, school, since)


async def closure_of_school(number: int, *, scope: Scope) -> OwnClosure:
    """One closure that a lycée of the scope declared. Raises NotFound."""
    return or_not_found(await row_as(OwnClosure, ONE_OF_SCHOOL, number, scope.schools))


async def closures_after(number: int, *, school: int, since: date, limit: int) -> list[OwnClosure]:
    """The same by number: at most `limit` that follow this one."""
    return await rows_as(OwnClosure, OF_SCHOOL_AFTER, number, school, since, limit)
