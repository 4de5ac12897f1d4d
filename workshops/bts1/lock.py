"""Take a course for one act: whoever else changes it waits."""

from __future__ import annotations

from workshops.database import row
from workshops.refusals import NotFound

LOCKED = "SELECT school FROM bts1_courses WHERE id = $1 FOR NO KEY UPDATE"


async def lock_course(course: int, *, school: int | None) -> int:
    """A course of this lycée, of any for a coordinator (None); returns its lycée. Raises NotFound."""
    found = await row(LOCKED, course)
    if found is None or school not in {None, found["school"]}:
        raise NotFound
    return int(found["school"])
