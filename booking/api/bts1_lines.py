"""The lines of a BTS+1 course, for machines: steps, intakes, mobilities, partners, feeder BTS; each answers all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.bts1 import sheet_of
from booking.api.bts1_bodies import NewCoursePartner, NewFeeder, NewIntake, NewMobility, NewStep
from booking.door.guards import AnyOf
from booking.door.keepers import KEEPERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.programme.bts1.count import forget_intake, forget_mobility, record_intake, record_mobility
from booking.programme.bts1.follow import forget_step, record_step
from booking.programme.bts1.join import add_feeder, add_partner, remove_feeder, remove_partner


@post("/bts1/courses/{course:int}/steps", opt=KEEPERS)
async def add_step(
    course: FromPath[int],
    data: JSONBody[NewStep],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """A step is reached or planned; said again, its day is replaced."""
    await record_step(
        course,
        step=data.step,
        step_on=data.step_on,
        planned=data.planned,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return await sheet_of(person, course, now)


@delete("/bts1/courses/{course:int}/steps/{step:str}", opt=KEEPERS)
async def drop_step(
    course: FromPath[int], step: FromPath[str], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """A step was a mistake, or a suspension has ended."""
    await forget_step(course, step, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/intakes", opt=KEEPERS)
async def add_intake(
    course: FromPath[int],
    data: JSONBody[NewIntake],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """The counts of a school year; said again, they are all replaced."""
    counts = msgspec.structs.asdict(data)
    year = counts.pop("school_year")
    await record_intake(course, school_year=year, counts=counts, school=school_of(person), by=person.account, now=now)
    return await sheet_of(person, course, now)


@delete("/bts1/courses/{course:int}/intakes/{school_year:int}", opt=KEEPERS)
async def drop_intake(
    course: FromPath[int],
    school_year: FromPath[int],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """The counts of a school year were a mistake."""
    await forget_intake(course, school_year, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/mobilities", opt=KEEPERS)
async def add_mobility(
    course: FromPath[int],
    data: JSONBody[NewMobility],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """How many went to a country in a school year, and what for; said again, the count is replaced."""
    await record_mobility(
        course,
        school_year=data.school_year,
        country=data.country,
        kind=data.kind,
        people=data.people,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return await sheet_of(person, course, now)


@delete("/bts1/courses/{course:int}/mobilities/{mobility:int}", opt=KEEPERS)
async def drop_mobility(
    course: FromPath[int],
    mobility: FromPath[int],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """A mobility was a mistake."""
    await forget_mobility(course, mobility, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/partners", opt=KEEPERS)
async def add_course_partner(
    course: FromPath[int],
    data: JSONBody[NewCoursePartner],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Someone makes the course with the lycée."""
    await add_partner(
        course,
        kind=data.kind,
        name=data.name,
        company=data.company_id,
        partner=data.partner_id,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return await sheet_of(person, course, now)


@delete("/bts1/courses/{course:int}/partners/{line:int}", opt=KEEPERS)
async def drop_course_partner(
    course: FromPath[int], line: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """A partner of the course was a mistake, or left."""
    await remove_partner(course, line, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/feeders", opt=KEEPERS)
async def add_course_feeder(
    course: FromPath[int],
    data: JSONBody[NewFeeder],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Graduates of a BTS may enter the course."""
    await add_feeder(
        course, bts=data.bts, taught_at=data.school_id, school=school_of(person), by=person.account, now=now
    )
    return await sheet_of(person, course, now)


@delete("/bts1/courses/{course:int}/feeders/{feeder:int}", opt=KEEPERS)
async def drop_course_feeder(
    course: FromPath[int], feeder: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """A BTS does not lead to the course any more."""
    await remove_feeder(course, feeder, school=school_of(person), by=person.account, now=now)
