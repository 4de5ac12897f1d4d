"""A lycée writes down a BTS+1 course, corrects it, or takes back one that was a mistake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from workshops.acts import Act, a_number, chosen, labelled, typed
from workshops.closed_years.correct import recording
from workshops.database import value
from workshops.database.row_types import insert_of, values_of
from workshops.events.record import record, record_by
from workshops.programmes.bts1.keep_lines import RecordStep, changing_course, record_step
from workshops.programmes.bts1.rules import ECTS_MOST, CourseCounted, CourseKnown, StepKind, wrong_language
from workshops.programmes.bts1.tables import Course, CoursePartner, Feeder, Intake, Mobility, Step
from workshops.refusals import Invalid
from workshops.school_calendar.rules import paris_day
from workshops.schools.tables import School
from workshops.scope import Scope, of_school

FORGET_NOTES = "UPDATE bts1_courses SET note = '' WHERE note <> '' AND noted_at < $1 RETURNING id"


class ChangeCourse(Act, frozen=True, kw_only=True):
    """What a course is."""

    title: Annotated[
        str, typed("Nom de la formation", "Its name.", least=1, most=120, column=("formation", "formation"))
    ]
    field: Annotated[str, typed("Domaine", "What it teaches.", least=1, most=120, column="domaine")]
    note: Annotated[
        str,
        typed("Précisions", "In the lycée's own words, without a name.", most=1000, lines=True, column="precisions"),
    ] = ""
    ects: (
        Annotated[
            int,
            a_number("Crédits ECTS", "The credits that it gives.", 0, ECTS_MOST, column=("ects", "ECTS"), later=True),
        ]
        | None
    ) = None
    language: Annotated[
        str,
        typed(
            "Langue d'enseignement",
            "In which it is taught.",
            most=60,
            column=("langue", "langue d'enseignement"),
            later=True,
            check=wrong_language,
        ),
    ] = ""


class DraftCourse(ChangeCourse, frozen=True, kw_only=True):
    """A course of a lycée: `school_id` for a coordinator; a host's own lycée otherwise."""

    school: Annotated[int, chosen("Lycée", "The lycée that carries the course.")] | None = msgspec.field(
        name="school_id", default=None
    )
    idea_on: Annotated[date, labelled("L'idée date du", "The day of the idea.")] | None = None


DRAFT = insert_of("bts1_courses", "school", "example", "noted_at", row_type=ChangeCourse, once=("school", "title"))


async def draft_course(
    asked: DraftCourse, *, school: int | None, example: bool = False, by: int | None, now: datetime
) -> int:
    """A lycée has a BTS+1 course, at least in mind; returns its number. `school` None is a coordinator, who names the
    lycée.

    Raises Invalid, CourseKnown.
    """
    host = school or asked.school or 0
    errors = {}
    if not await School.exists().where(School.id == host, School.kind == "lycee"):
        errors["school"] = "Lycée : choisissez dans la liste."
    if asked.idea_on is not None and asked.idea_on > paris_day(now):
        errors["idea_on"] = "L'idée date du : ce jour n'est pas encore venu."
    if errors:
        raise Invalid(errors)
    async with recording(by=by, school=host, now=now):
        made = await value(DRAFT, host, example, now, *values_of(ChangeCourse, asked).values())
        if made is None:
            raise CourseKnown
        if asked.idea_on is not None:
            idea = RecordStep(step=StepKind.IDEE, step_on=asked.idea_on)
            await record_step(made, idea, scope=of_school(host), by=None, now=now)
        await record_by(by, "course_drafted", about_kind="course", about=made, detail=asked.title, now=now)
        return int(made)


async def change_course(course: int, asked: ChangeCourse, *, scope: Scope, by: int | None, now: datetime) -> None:
    """Another name, field, note, number of credits or language. Raises Invalid, NotFound, CourseKnown."""
    async with changing_course(course, scope=scope, by=by, now=now) as host:
        if await Course.exists().where(Course.school == host, Course.title == asked.title, Course.id != course):
            raise CourseKnown
        await Course.update({Course.noted_at: now}).where(Course.id == course, Course.note != asked.note)
        await Course.update(**values_of(ChangeCourse, asked)).where(Course.id == course)
        await record_by(by, "course_changed", about_kind="course", about=course, detail=asked.title, now=now)


async def remove_course(course: int, *, scope: Scope, by: int, now: datetime) -> None:
    """Take back a course that was a mistake: one that has counts stays. Raises NotFound, CourseCounted."""
    async with changing_course(course, scope=scope, by=by, now=now):
        for counts in (Intake, Mobility):
            if await counts.exists().where(counts.course == course):
                raise CourseCounted
        for part in (Step, CoursePartner, Feeder):
            await part.delete().where(part.course == course)
        await Course.delete().where(Course.id == course)
        await record("course_removed", by=by, about_kind="course", about=course, now=now)
