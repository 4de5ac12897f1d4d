"""BTS+1 courses, for machines: the coordinator's key sees all, a host's its own lycée's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import PAGE, Cursor, Limit, Page, Whole, made, page_of, start_of
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host, Person
from workshops.bts1.draft_course import change_course, draft_course, remove_course
from workshops.bts1.queries import CourseCard, MobilityLine, PartnerLine, course_sheet, courses_after
from workshops.bts1.rules import CoursePartnerKind, DatedStep, StepKind
from workshops.refusals import Invalid, or_not_found
from workshops.typed_text.plain_words import A_LINE, SOME_LINES

Words = Annotated[str, msgspec.Meta(max_length=160, pattern=A_LINE)]
Note = Annotated[str, msgspec.Meta(max_length=1000, pattern=SOME_LINES)]


class CourseCardBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a course is."""

    title: Words
    field: Words
    note: Note = ""


class NewCourse(CourseCardBody, forbid_unknown_fields=True):
    """A course of a lycée: `school_id` for a coordinator; a host's own lycée otherwise. `idea_on` dates its idea."""

    school_id: Whole | None = None
    idea_on: date | None = None


class CourseSchool(msgspec.Struct):
    """The lycée of a course."""

    id: int
    uai: str
    name: str
    commune: str


class CourseAnswer(msgspec.Struct, kw_only=True):
    """A course, the step that it has reached, and the next one; `late` once the planned day of that one is over."""

    id: int
    title: str
    field: str
    note: str
    school: CourseSchool
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


class FeederAnswer(msgspec.Struct):
    """A BTS that leads to the course."""

    id: int
    bts: str
    school_id: int | None


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
    found = or_not_found(await course_sheet(course, school=school_of(person), now=now))
    return CourseInFull(
        **_card(found.card),
        partners=[_partner(one) for one in found.partners],
        feeders=[FeederAnswer(feeder.id, feeder.bts, feeder.school) for feeder in found.feeders],
        intakes=[IntakeAnswer(intake.school_year, **intake.counts) for intake in found.intakes],
        mobilities=found.mobilities,
    )


@get("/bts1/courses", opt=RECORD_OWNERS)
async def list_courses(
    person: AnyOf[Host | Coordinator], now: NamedDependency[datetime], limit: Limit = PAGE, cursor: Cursor = None
) -> Page[CourseAnswer]:
    """The courses of one's lycée, all of them for a coordinator, with their status and their next step."""
    after = start_of(cursor, of="courses")
    found = await courses_after(after, school=school_of(person), limit=limit + 1, now=now)
    return page_of(found, _course, of="courses", limit=limit)


@get("/bts1/courses/{course:int}", opt=RECORD_OWNERS)
async def read_course(
    course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> CourseInFull:
    """One course in full: steps, partners, feeder BTS, intakes, mobilities."""
    return await sheet_of(person, course, now)


@post("/bts1/courses", opt=RECORD_OWNERS)
async def write_course(
    data: JSONBody[NewCourse], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Response[CourseInFull]:
    """A course of one's lycée, or of the lycée that a coordinator names."""
    own = school_of(person)
    school = data.school_id if own is None else own
    if school is None or (own is not None and data.school_id not in {None, own}):
        raise Invalid({"school_id": "Lycée : donnez son numéro ; un lycée n'ajoute que ses propres formations."})
    course = await draft_course(
        school=school,
        title=data.title,
        field=data.field,
        note=data.note,
        idea_on=data.idea_on,
        by=person.account,
        now=now,
    )
    return made(await sheet_of(person, course, now), f"/bts1/courses/{course}")


@put("/bts1/courses/{course:int}", opt=RECORD_OWNERS)
async def correct_course(
    course: FromPath[int],
    data: JSONBody[CourseCardBody],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> CourseInFull:
    """Another name, field or note."""
    await change_course(
        course,
        title=data.title,
        field=data.field,
        note=data.note,
        school=school_of(person),
        by=person.account,
        now=now,
    )
    return await sheet_of(person, course, now)


@delete("/bts1/courses/{course:int}", opt=RECORD_OWNERS)
async def drop_course(course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]) -> None:
    """A course was a mistake; one that has counts stays."""
    await remove_course(course, school=school_of(person), by=person.account, now=now)


def _course(course: CourseCard) -> CourseAnswer:
    return CourseAnswer(**_card(course))


def _card(one: CourseCard) -> dict[str, Any]:
    stands = one.stands
    return {
        "id": one.id,
        "title": one.title,
        "field": one.field,
        "note": one.note,
        "school": CourseSchool(one.school, one.uai, one.school_name, one.commune),
        "status": stands.status,
        "since": stands.since,
        "next_step": stands.next,
        "next_step_on": stands.next_on,
        "late": stands.late,
        "months_from_idea_to_opening": stands.months,
        "opening_planned": stands.months_planned,
        "steps": one.steps,
    }


def _partner(partner: PartnerLine) -> CoursePartnerAnswer:
    return CoursePartnerAnswer(
        partner.id, CoursePartnerKind(partner.kind), partner.name, partner.company, partner.partner
    )
