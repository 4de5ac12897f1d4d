"""A lycée writes down a BTS+1 course, corrects it, or takes back one that was a mistake."""

from __future__ import annotations

from datetime import date, datetime

from workshops.bts1.lock import lock_course
from workshops.bts1.record_step import record_step
from workshops.bts1.rules import CourseCounted, CourseKnown, refuse_card
from workshops.bts1.tables import Course, CoursePartner, Feeder, Intake, Mobility, Step
from workshops.closed_years.correct import recording
from workshops.database import rows, value
from workshops.events.record import record, record_by
from workshops.refusals import Invalid
from workshops.schools.tables import School

DRAFT = """
INSERT INTO bts1_courses (school, title, field, note, example, noted_at)
SELECT id, $2, $3, $4, $5, $6 FROM schools WHERE id = $1 AND kind = 'lycee'
ON CONFLICT (school, title) DO NOTHING RETURNING id
"""
CHANGE = """
UPDATE bts1_courses SET title = $2, field = $3, note = $4, noted_at = CASE WHEN note = $4 THEN noted_at ELSE $5 END
WHERE id = $1
"""
FORGET_NOTES = "UPDATE bts1_courses SET note = '' WHERE note <> '' AND noted_at < $1 RETURNING id"


async def draft_course(
    *,
    school: int,
    title: str,
    field: str,
    note: str = "",
    idea_on: date | None = None,
    example: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A lycée has a BTS+1 course, at least in mind, since `idea_on` when it is told; returns its number.

    Raises Invalid, CourseKnown.
    """
    title, field, note = " ".join(title.split()), " ".join(field.split()), note.strip()
    refuse_card(title, field, note)
    async with recording(by=by, school=school, now=now):
        if not await School.exists().where(School.id == school, School.kind == "lycee"):
            raise Invalid({"school": "Lycée : choisissez dans la liste."})
        made = await value(DRAFT, school, title, field, note, example, now)
        if made is None:
            raise CourseKnown
        if idea_on is not None:
            await record_step(made, step="idee", step_on=idea_on, planned=False, school=school, by=None, now=now)
        await record_by(by, "course_drafted", about_kind="course", about=made, detail=title, now=now)
        return int(made)


async def change_course(
    course: int, *, title: str, field: str, note: str, school: int | None, by: int | None, now: datetime
) -> None:
    """Another name, field or note. `school` None is a coordinator. Raises Invalid, NotFound, CourseKnown."""
    title, field, note = " ".join(title.split()), " ".join(field.split()), note.strip()
    refuse_card(title, field, note)
    async with recording(by=by, school=school, now=now):
        host = await lock_course(course, school=school)
        if await Course.exists().where(Course.school == host, Course.title == title, Course.id != course):
            raise CourseKnown
        await rows(CHANGE, course, title, field, note, now)
        await record_by(by, "course_changed", about_kind="course", about=course, detail=title, now=now)


async def remove_course(course: int, *, school: int | None, by: int, now: datetime) -> None:
    """Take back a course that was a mistake: one that has counts stays. Raises NotFound, CourseCounted."""
    async with recording(by=by, school=school, now=now):
        await lock_course(course, school=school)
        for counts in (Intake, Mobility):
            if await counts.exists().where(counts.course == course):
                raise CourseCounted
        for part in (Step, CoursePartner, Feeder):
            await part.delete().where(part.course == course)
        await Course.delete().where(Course.id == course)
        await record("course_removed", by=by, about_kind="course", about=course, now=now)
