"""BTS+1 courses, for machines: the coordinator's key sees all, a host's its own lycée's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.bts1_bodies import CourseCardBody, NewCourse
from booking.api.pages import PAGE, Cursor, Limit, Page, page_of, start_of
from booking.door.guards import AnyOf
from booking.door.keepers import KEEPERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.programme.bts1.describe import change_course, draft_course, remove_course
from workshops.bts1.queries import CourseCard, CourseSheet, course_sheet, courses_after
from workshops.refusals import Invalid, NotFound


async def sheet_of(person: Host | Coordinator, course: int, now: datetime) -> dict[str, Any]:
    """A course in full. Raises NotFound for another lycée's."""
    found = await course_sheet(course, school=school_of(person), now=now)
    if found is None:
        raise NotFound()
    return _in_full(found)


@get("/bts1/courses", opt=KEEPERS)
async def list_courses(
    person: AnyOf[Host | Coordinator], now: NamedDependency[datetime], limit: Limit = PAGE, cursor: Cursor = None
) -> Page:
    """The courses of one's lycée, all of them for a coordinator, with their status and their next step."""
    after = start_of(cursor, of="courses")
    found = await courses_after(after, school=school_of(person), limit=limit + 1, now=now)
    return page_of(found, _card, of="courses", limit=limit)


@get("/bts1/courses/{course:int}", opt=KEEPERS)
async def read_course(
    course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """One course in full: steps, partners, feeder BTS, intakes, mobilities."""
    return await sheet_of(person, course, now)


@post("/bts1/courses", opt=KEEPERS)
async def write_course(
    data: JSONBody[NewCourse], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """A course of one's lycée, or of the lycée that a coordinator names."""
    own = school_of(person)
    school = data.school_id if own is None else own
    if school is None or (own is not None and data.school_id not in {None, own}):
        raise Invalid({"school_id": "Lycée : donnez son numéro ; un lycée n'ajoute que ses propres formations."})
    made = await draft_course(
        school=school,
        title=data.title,
        field=data.field,
        note=data.note,
        idea_on=data.idea_on,
        by=person.account,
        now=now,
    )
    return await sheet_of(person, made, now)


@put("/bts1/courses/{course:int}", opt=KEEPERS)
async def correct_course(
    course: FromPath[int],
    data: JSONBody[CourseCardBody],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
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


@delete("/bts1/courses/{course:int}", opt=KEEPERS)
async def drop_course(course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]) -> None:
    """A course was a mistake; one that has counts stays."""
    await remove_course(course, school=school_of(person), by=person.account, now=now)


def _card(one: CourseCard) -> dict[str, Any]:
    stands = one.stands
    return {
        "id": one.id,
        "title": one.title,
        "field": one.field,
        "note": one.note,
        "school": {"id": one.school, "uai": one.uai, "name": one.school_name, "commune": one.commune},
        "status": stands.status,
        "since": stands.since,
        "next_step": stands.next,
        "next_step_on": stands.next_on,
        "late": stands.late,
        "months_from_idea_to_opening": stands.months,
        "opening_planned": stands.months_planned,
        "steps": one.steps,
    }


def _in_full(sheet: CourseSheet) -> dict[str, Any]:
    return _card(sheet.card) | {
        "partners": [
            {"id": one.id, "kind": one.kind, "name": one.name, "company_id": one.company, "partner_id": one.partner}
            for one in sheet.partners
        ],
        "feeders": [{"id": one.id, "bts": one.bts, "school_id": one.school} for one in sheet.feeders],
        "intakes": [{"school_year": one.school_year, **one.counts} for one in sheet.intakes],
        "mobilities": sheet.mobilities,
    }
