"""The counts of a BTS+1 course, and the journal says who noted them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workshops.bts1 import record_intake as counted
from workshops.database import transaction
from workshops.events.record import record


async def record_intake(
    course: int, *, school_year: int, counts: Mapping[str, int | None], school: int | None, by: int, now: datetime
) -> None:
    """The counts of a school year, each None until it is known; said again, they are replaced.

    Raises Invalid, NotFound.
    """
    async with transaction():
        await counted.record_intake(course, school_year=school_year, counts=counts, school=school, now=now)
        detail = f"{_year(school_year)} : " + ", ".join(f"{name} {n}" for name, n in counts.items() if n is not None)
        await record("course_intake_recorded", by=by, about_kind="course", about=course, detail=detail, now=now)


async def forget_intake(course: int, school_year: int, *, school: int | None, by: int, now: datetime) -> None:
    """The counts of a school year were a mistake. Raises NotFound."""
    async with transaction():
        await counted.forget_intake(course, school_year, school=school)
        detail = _year(school_year)
        await record("course_intake_removed", by=by, about_kind="course", about=course, detail=detail, now=now)


async def record_mobility(
    course: int, *, school_year: int, country: str, kind: str, people: int, school: int | None, by: int, now: datetime
) -> int:
    """How many went to a country in a school year, and what for; returns its number. Raises Invalid, NotFound."""
    async with transaction():
        made = await counted.record_mobility(
            course, school_year=school_year, country=country, kind=kind, people=people, school=school, now=now
        )
        detail = f"{_year(school_year)} : {country}, {kind}, {people}"
        await record("course_mobility_recorded", by=by, about_kind="course", about=course, detail=detail, now=now)
        return made


async def forget_mobility(course: int, mobility: int, *, school: int | None, by: int, now: datetime) -> None:
    """A mobility was a mistake. Raises NotFound."""
    async with transaction():
        await counted.forget_mobility(course, mobility, school=school)
        await record("course_mobility_removed", by=by, about_kind="course", about=course, now=now)


def _year(school_year: int) -> str:
    return f"{school_year}-{school_year + 1}"
