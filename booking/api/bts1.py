"""BTS+1 courses and their lines, for machines: the coordinator's key sees all, a host's its own lycée's.

Steps, intakes, mobilities, partners, feeder BTS: each answers the course in full.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec.structs import asdict

from booking.api.schools import NamedSchool, naming
from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import Keeper, Now, may
from booking.people.accounts.queries import Person
from workshops.programmes.bts1 import keep_lines as lines
from workshops.programmes.bts1.add_up import RecordIntake
from workshops.programmes.bts1.draft_course import ChangeCourse, DraftCourse, change_course, draft_course, remove_course
from workshops.programmes.bts1.queries import CourseCard, MobilityLine, course_sheet, courses_after
from workshops.programmes.bts1.rules import CoursePartnerKind, DatedStep, StepKind
from workshops.refusals import Invalid


class CourseAnswer(msgspec.Struct, kw_only=True):
    """A course, the step that it has reached, and the next one; `late` once the planned day of that one is over."""

    id: int
    title: str
    field: str
    note: str
    ects: int | None
    language: str
    school: NamedSchool
    status: StepKind | None
    since: date | None
    next_step: StepKind | None
    next_step_on: date | None
    late: bool
    months_from_idea_to_opening: int | None
    opening_planned: bool
    steps: tuple[DatedStep, ...]


class CoursePartnerAnswer(msgspec.Struct):
    """Who makes the course with the lycée."""

    id: int
    kind: CoursePartnerKind
    name: str
    company_id: int | None
    partner_id: int | None
    country: str


class FeederAnswer(msgspec.Struct):
    """A BTS that leads to the course."""

    id: int
    bts: str
    school_id: int | None
    school: NamedSchool | None


class IntakeAnswer(msgspec.Struct):
    """The counts of a school year (2026 is 2026-2027), null until known; the situation is that of graduates."""

    school_year: int
    places: int | None
    applicants: int | None
    enrolled: int | None
    apprentices: int | None
    girls: int | None
    completed: int | None
    employed_6m: int | None
    studying_6m: int | None
    seeking_6m: int | None
    unknown_6m: int | None


class CourseInFull(CourseAnswer, kw_only=True):
    """A course with its partners, its feeder BTS, its counts."""

    partners: list[CoursePartnerAnswer]
    feeders: list[FeederAnswer]
    intakes: list[IntakeAnswer]
    mobilities: list[MobilityLine]


async def sheet_of(person: Person, course: int, now: datetime) -> CourseInFull:
    """A course in full. Raises NotFound for another lycée's."""
    found = await course_sheet(course, scope=person.scope, now=now)
    named = await naming(feeder.school for feeder in found.feeders)
    return answer_of(
        CourseInFull,
        found.card,
        **_standing(found.card),
        partners=[
            answer_of(CoursePartnerAnswer, made_by, company_id=made_by.company, partner_id=made_by.partner)
            for made_by in found.partners
        ],
        feeders=[
            FeederAnswer(feeder.id, feeder.bts, feeder.school, None if feeder.school is None else named(feeder.school))
            for feeder in found.feeders
        ],
        intakes=[answer_of(IntakeAnswer, intake) for intake in found.intakes],
        mobilities=found.mobilities,
    )


@get("/bts1/courses", opt=may("records.keep"))
async def list_courses(person: Keeper, now: Now, limit: Limit = PAGE, cursor: Cursor = None) -> Page[CourseAnswer]:
    """The courses of one's lycée, all of them for a coordinator, with their status and their next step."""
    after = start_of(cursor, of="courses")
    found = await courses_after(after, scope=person.scope, limit=limit + 1, now=now)
    return page_of(found, _course, of="courses", limit=limit)


@get("/bts1/courses/{course:int}", opt=may("records.keep"))
async def read_course(course: FromPath[int], person: Keeper, now: Now) -> CourseInFull:
    """One course in full: steps, partners, feeder BTS, intakes, mobilities."""
    return await sheet_of(person, course, now)


@post("/bts1/courses", opt=may("records.keep"))
async def write_course(data: JSONBody[DraftCourse], person: Keeper, now: Now) -> Response[CourseInFull]:
    """A course of one's lycée, or of the lycée that a coordinator names."""
    own = person.scope.school
    if (own is None and data.school is None) or (own is not None and data.school not in {None, own}):
        raise Invalid({"school_id": "Lycée : donnez son numéro ; un lycée n'ajoute que ses propres formations."})
    course = await draft_course(data, school=own, by=person.account, now=now)
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@put("/bts1/courses/{course:int}", opt=may("records.keep"))
async def correct_course(course: FromPath[int], data: JSONBody[ChangeCourse], person: Keeper, now: Now) -> CourseInFull:
    """Another name, field, note, number of credits or language."""
    await change_course(course, data, scope=person.scope, by=person.account, now=now)
    return await sheet_of(person, course, now)


@delete("/bts1/courses/{course:int}", opt=may("records.keep"))
async def drop_course(course: FromPath[int], person: Keeper, now: Now) -> None:
    """A course was a mistake; one that has counts stays."""
    await remove_course(course, scope=person.scope, by=person.account, now=now)


@post("/bts1/courses/{course:int}/steps", opt=may("records.keep"))
async def add_step(
    course: FromPath[int], data: JSONBody[lines.RecordStep], person: Keeper, now: Now
) -> Response[CourseInFull]:
    """A step is reached or planned; said again, its day is replaced."""
    await lines.record_step(course, data, scope=person.scope, by=person.account, now=now)
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/steps/{step:str}", opt=may("records.keep"))
async def drop_step(course: FromPath[int], step: FromPath[str], person: Keeper, now: Now) -> None:
    """A step was a mistake, or a suspension has ended."""
    await lines.take_line_back(lines.STEP, course, step, scope=person.scope, by=person.account, now=now)


@post("/bts1/courses/{course:int}/intakes", opt=may("records.keep"))
async def add_intake(
    course: FromPath[int], data: JSONBody[RecordIntake], person: Keeper, now: Now
) -> Response[CourseInFull]:
    """The counts of a school year; said again, they are all replaced."""
    await lines.record_intake(course, data, scope=person.scope, by=person.account, now=now)
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/intakes/{school_year:int}", opt=may("records.keep"))
async def drop_intake(course: FromPath[int], school_year: FromPath[int], person: Keeper, now: Now) -> None:
    """The counts of a school year were a mistake."""
    await lines.take_line_back(lines.INTAKE, course, school_year, scope=person.scope, by=person.account, now=now)


@post("/bts1/courses/{course:int}/mobilities", opt=may("records.keep"))
async def add_mobility(
    course: FromPath[int], data: JSONBody[lines.RecordMobility], person: Keeper, now: Now
) -> Response[CourseInFull]:
    """How many went to a country in a school year, or came from it, what for, to whom; said again, how many and how
    long are replaced."""
    await lines.record_mobility(course, data, scope=person.scope, by=person.account, now=now)
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/mobilities/{mobility:int}", opt=may("records.keep"))
async def drop_mobility(course: FromPath[int], mobility: FromPath[int], person: Keeper, now: Now) -> None:
    """A mobility was a mistake."""
    await lines.take_line_back(lines.MOBILITY, course, mobility, scope=person.scope, by=person.account, now=now)


@post("/bts1/courses/{course:int}/partners", opt=may("records.keep"))
async def add_course_partner(
    course: FromPath[int], data: JSONBody[lines.AddPartner], person: Keeper, now: Now
) -> Response[CourseInFull]:
    """Someone makes the course with the lycée."""
    await lines.add_partner(course, data, scope=person.scope, by=person.account, now=now)
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/partners/{line:int}", opt=may("records.keep"))
async def drop_course_partner(course: FromPath[int], line: FromPath[int], person: Keeper, now: Now) -> None:
    """A partner of the course was a mistake, or left."""
    await lines.take_line_back(lines.PARTNER, course, line, scope=person.scope, by=person.account, now=now)


@post("/bts1/courses/{course:int}/feeders", opt=may("records.keep"))
async def add_course_feeder(
    course: FromPath[int], data: JSONBody[lines.AddFeeder], person: Keeper, now: Now
) -> Response[CourseInFull]:
    """Graduates of a BTS may enter the course."""
    await lines.add_feeder(course, data, scope=person.scope, by=person.account, now=now)
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@delete("/bts1/courses/{course:int}/feeders/{feeder:int}", opt=may("records.keep"))
async def drop_course_feeder(course: FromPath[int], feeder: FromPath[int], person: Keeper, now: Now) -> None:
    """A BTS does not lead to the course any more."""
    await lines.take_line_back(lines.FEEDER, course, feeder, scope=person.scope, by=person.account, now=now)


def _course(course: CourseCard) -> CourseAnswer:
    return answer_of(CourseAnswer, course, **_standing(course))


def _standing(course: CourseCard) -> dict[str, Any]:
    school = NamedSchool(id=course.school, uai=course.uai, name=course.school_name, commune=course.commune)
    return asdict(course.stands) | {"school": school, "months_from_idea_to_opening": course.stands.months}
