"""A lycée writes down a BTS+1 course, corrects it, or takes back one that was a mistake."""

from __future__ import annotations

from datetime import datetime

from workshops.bts1.lock import lock_course
from workshops.bts1.rules import CourseCounted, CourseKnown, refuse_card
from workshops.database import rows, transaction, value
from workshops.refusals import Invalid

DRAFT = """
INSERT INTO bts1_courses (school, title, field, note, example, noted_at)
SELECT id, $2, $3, $4, $5, $6 FROM schools WHERE id = $1 AND kind = 'lycee'
ON CONFLICT (school, title) DO NOTHING RETURNING id
"""
IS_LYCEE = "SELECT EXISTS (SELECT 1 FROM schools WHERE id = $1 AND kind = 'lycee')"
TAKEN = "SELECT EXISTS (SELECT 1 FROM bts1_courses WHERE school = $1 AND title = $2 AND id <> $3)"
CHANGE = """
UPDATE bts1_courses SET title = $2, field = $3, note = $4, noted_at = CASE WHEN note = $4 THEN noted_at ELSE $5 END
WHERE id = $1
"""
COUNTED = """
SELECT EXISTS (SELECT 1 FROM bts1_intakes WHERE course = $1) OR EXISTS (SELECT 1 FROM bts1_mobilities WHERE course = $1)
"""
FORGET = (
    "DELETE FROM bts1_steps WHERE course = $1",
    "DELETE FROM bts1_partners WHERE course = $1",
    "DELETE FROM bts1_feeders WHERE course = $1",
    "DELETE FROM bts1_courses WHERE id = $1",
)


async def draft_course(
    *, school: int, title: str, field: str, note: str = "", example: bool = False, now: datetime
) -> int:
    """A lycée has a BTS+1 course, at least in mind; returns its number. Raises Invalid, CourseKnown."""
    title, field, note = " ".join(title.split()), " ".join(field.split()), note.strip()
    refuse_card(title, field, note)
    async with transaction():
        if not await value(IS_LYCEE, school):
            raise Invalid({"school": "Lycée : choisissez dans la liste."})
        made = await value(DRAFT, school, title, field, note, example, now)
        if made is None:
            raise CourseKnown
        return int(made)


async def change_course(course: int, *, title: str, field: str, note: str, school: int | None, now: datetime) -> None:
    """Another name, field or note. `school` None is a coordinator. Raises Invalid, NotFound, CourseKnown."""
    title, field, note = " ".join(title.split()), " ".join(field.split()), note.strip()
    refuse_card(title, field, note)
    async with transaction():
        host = await lock_course(course, school=school)
        if await value(TAKEN, host, title, course):
            raise CourseKnown
        await rows(CHANGE, course, title, field, note, now)


async def remove_course(course: int, *, school: int | None) -> None:
    """Take back a course that was a mistake: one that has counts stays. Raises NotFound, CourseCounted."""
    async with transaction():
        await lock_course(course, school=school)
        if await value(COUNTED, course):
            raise CourseCounted
        for statement in FORGET:
            await rows(statement, course)
