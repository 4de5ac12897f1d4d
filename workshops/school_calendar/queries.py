"""Which days are off, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workshops.database import rows, value
from workshops.school_calendar.rules import DayOff

BETWEEN = """
SELECT kind, label, first_on, last_on, zone, school FROM closures
WHERE last_on >= $1 AND first_on <= $2
  AND (zone = ANY($3::varchar[]) OR school = ANY($4::int[]) OR (zone IS NULL AND school IS NULL))
ORDER BY first_on, last_on, id
"""
OF_SCHOOL = """
SELECT id, label, first_on, last_on FROM closures WHERE school = $1 AND last_on >= $2 ORDER BY first_on, id
"""
LAST_HOLIDAY = "SELECT max(last_on) FROM closures WHERE kind = 'holiday'"


@dataclass(frozen=True)
class OwnClosure:
    """A closure that a lycée declared itself, with the number by which it may be taken back."""

    id: int
    label: str
    first_on: date
    last_on: date


async def closures_between(
    first_on: date, last_on: date, *, zones: Sequence[str] = (), schools: Sequence[int] = ()
) -> list[DayOff]:
    """The days off that touch a period: of these zones, of these schools, and the public holidays."""
    return [DayOff(**dict(one)) for one in await rows(BETWEEN, first_on, last_on, list(zones), list(schools))]


async def holidays_known_until() -> date | None:
    """The last day off of the calendar that was loaded; None before any was."""
    last: date | None = await value(LAST_HOLIDAY)
    return last


async def closures_of_school(school: int, *, since: date) -> list[OwnClosure]:
    """What a lycée declared closed itself, from a day on."""
    return [OwnClosure(**dict(one)) for one in await rows(OF_SCHOOL, school, since)]
