"""The coordination says how many classes of a level a collège has, where its head count tells fewer or none."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from workshops.acts import Act, a_number, labelled
from workshops.coverage.rules import CLASSES_MOST
from workshops.coverage.tables import ClassNumber
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound
from workshops.schools.rules import Level

SAY = """INSERT INTO class_numbers (school, level, classes) VALUES ($1, $2, $3)
ON CONFLICT (school, level) DO UPDATE SET classes = excluded.classes"""
LOCK_COLLEGE = "SELECT id FROM schools WHERE id = $1 AND kind = 'college' FOR NO KEY UPDATE"


class SayClasses(Act, frozen=True, kw_only=True):
    """So many classes of a level, which may each come; nought leaves it to the head count alone."""

    level: Annotated[Level, labelled("Niveau", "The year of collège.")]
    classes: Annotated[int, a_number("Classes de ce niveau", "How many classes may come.", 0, CLASSES_MOST)]


async def say_classes(college: int, asked: SayClasses, *, by: int, now: datetime) -> None:
    """From now on so many of its groups of the level may ask, or as many as its head count gives, whichever is more.

    Raises NotFound for what is no collège.
    """
    async with transaction():
        if await value(LOCK_COLLEGE, college) is None:
            raise NotFound()
        if asked.classes:
            await rows(SAY, college, asked.level, asked.classes)
        else:
            own = ClassNumber.delete().where(ClassNumber.school == college)
            await own.where(ClassNumber.level == asked.level)
        detail = f"{asked.level} : {asked.classes or 'selon les effectifs'}"
        await record("classes_said", by=by, about_kind="school", about=college, detail=detail, now=now)
