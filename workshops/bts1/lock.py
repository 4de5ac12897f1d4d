"""Take a course for one act: whoever else changes it waits."""

from __future__ import annotations

from workshops.database import row
from workshops.refusals import NotFound
from workshops.scope import Scope

LOCKED = "SELECT school FROM bts1_courses WHERE id = $1 FOR NO KEY UPDATE"


async def lock_course(course: int, *, scope: Scope) -> int:
    """A course of a lycée that the scope reaches; returns its lycée. Raises NotFound."""
    found = await row(LOCKED, course)
    if found is None or not scope.reaches(found["school"]):
        raise NotFound
    return int(found["school"])
