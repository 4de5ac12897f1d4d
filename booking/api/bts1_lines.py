"""The lines of a BTS+1 course, for machines: steps, intakes, mobilities, partners, feeder BTS; each answers all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.bts1 import CourseInFull, Words, sheet_of
from booking.api.shapes import Count, Whole, made, one_of
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from workshops.bts1.add_partner import add_feeder, add_partner, remove_feeder, remove_partner
from workshops.bts1.record_intake import forget_intake, forget_mobility, record_intake, record_mobility
from workshops.bts1.record_step import forget_step, record_step
from workshops.bts1.rules import CoursePartnerKind, StayKind, StepKind


class NewStep(msgspec.Struct, forbid_unknown_fields=True):
    """A step (idee, montage, habilitee, ouverte, premiere_promotion, suspendue), reached on a day or planned."""

    step: Annotated[str, one_of(StepKind)]
    step_on: date
    planned: bool = False


class NewIntake(msgspec.Struct, forbid_unknown_fields=True):
    """The counts of a school year (2026 is 2026-2027), null until known; the situation is that of graduates."""

    school_year: Count
    places: Count | None = None
    applicants: Count | None = None
    enrolled: Count | None = None
    apprentices: Count | None = None
    girls: Count | None = None
    completed: Count | None = None
    employed_6m: Count | None = None
    studying_6m: Count | None = None
    seeking_6m: Count | None = None
    unknown_6m: Count | None = None


class NewMobility(msgspec.Struct, forbid_unknown_fields=True):
    """How many people went to a country in a school year, and what for (stage, etudes, visite)."""

    school_year: Count
    country: Words
    kind: Annotated[str, one_of(StayKind)]
    people: Count


class NewCoursePartner(msgspec.Struct, forbid_unknown_fields=True):
    """Who makes the course: a member of the consortium, a company, or another body by its name."""

    kind: Annotated[str, one_of(CoursePartnerKind)]
    name: Words = ""
    company_id: Whole | None = None
    partner_id: Whole | None = None


class NewFeeder(msgspec.Struct, forbid_unknown_fields=True):
    """A BTS that leads to the course: of the lycée that teaches it, or of any."""

    bts: Words
    taught_at: Whole | None = msgspec.field(default=None, name="school_id")


@post("/bts1/courses/{course:int}/steps", opt=RECORD_OWNERS)
async def add_step(
    course: FromPath[int],
    data: JSONBody[NewStep],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> Response[CourseInFull]:
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
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/steps/{step:str}", opt=RECORD_OWNERS)
async def drop_step(
    course: FromPath[int], step: FromPath[str], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """A step was a mistake, or a suspension has ended."""
    await forget_step(course, step, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/intakes", opt=RECORD_OWNERS)
async def add_intake(
    course: FromPath[int],
    data: JSONBody[NewIntake],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> Response[CourseInFull]:
    """The counts of a school year; said again, they are all replaced."""
    counts = msgspec.structs.asdict(data)
    year = counts.pop("school_year")
    await record_intake(course, school_year=year, counts=counts, school=school_of(person), by=person.account, now=now)
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/intakes/{school_year:int}", opt=RECORD_OWNERS)
async def drop_intake(
    course: FromPath[int],
    school_year: FromPath[int],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """The counts of a school year were a mistake."""
    await forget_intake(course, school_year, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/mobilities", opt=RECORD_OWNERS)
async def add_mobility(
    course: FromPath[int],
    data: JSONBody[NewMobility],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> Response[CourseInFull]:
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
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/mobilities/{mobility:int}", opt=RECORD_OWNERS)
async def drop_mobility(
    course: FromPath[int],
    mobility: FromPath[int],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """A mobility was a mistake."""
    await forget_mobility(course, mobility, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/partners", opt=RECORD_OWNERS)
async def add_course_partner(
    course: FromPath[int],
    data: JSONBody[NewCoursePartner],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> Response[CourseInFull]:
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
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/partners/{line:int}", opt=RECORD_OWNERS)
async def drop_course_partner(
    course: FromPath[int], line: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """A partner of the course was a mistake, or left."""
    await remove_partner(course, line, school=school_of(person), by=person.account, now=now)


@post("/bts1/courses/{course:int}/feeders", opt=RECORD_OWNERS)
async def add_course_feeder(
    course: FromPath[int],
    data: JSONBody[NewFeeder],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> Response[CourseInFull]:
    """Graduates of a BTS may enter the course."""
    await add_feeder(
        course, bts=data.bts, taught_at=data.taught_at, school=school_of(person), by=person.account, now=now
    )
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/feeders/{feeder:int}", opt=RECORD_OWNERS)
async def drop_course_feeder(
    course: FromPath[int], feeder: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> None:
    """A BTS does not lead to the course any more."""
    await remove_feeder(course, feeder, school=school_of(person), by=person.account, now=now)
