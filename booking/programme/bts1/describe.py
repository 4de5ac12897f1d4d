"""A BTS+1 course is written down, corrected or taken back, and the journal says by whom."""

from __future__ import annotations

from datetime import date, datetime

from workshops.bts1 import draft_course as courses
from workshops.bts1.record_step import record_step
from workshops.database import transaction
from workshops.events.record import record


async def draft_course(
    *, school: int, title: str, field: str, note: str = "", idea_on: date | None = None, by: int, now: datetime
) -> int:
    """A lycée has a course, at least in mind, since `idea_on` when it is told; returns its number.

    Raises Invalid, CourseKnown.
    """
    async with transaction():
        made = await courses.draft_course(school=school, title=title, field=field, note=note, now=now)
        if idea_on is not None:
            await record_step(made, step="idee", step_on=idea_on, planned=False, school=school, now=now)
        await record("course_drafted", by=by, about_kind="course", about=made, detail=title, now=now)
        return made


async def change_course(
    course: int, *, title: str, field: str, note: str, school: int | None, by: int, now: datetime
) -> None:
    """Another name, field or note. `school` None is a coordinator. Raises Invalid, NotFound, CourseKnown."""
    async with transaction():
        await courses.change_course(course, title=title, field=field, note=note, school=school, now=now)
        await record("course_changed", by=by, about_kind="course", about=course, detail=title, now=now)


async def remove_course(course: int, *, school: int | None, by: int, now: datetime) -> None:
    """Take back a course that was a mistake; one that has counts stays. Raises NotFound, CourseCounted."""
    async with transaction():
        await courses.remove_course(course, school=school)
        await record("course_removed", by=by, about_kind="course", about=course, now=now)
