"""Which objects can be built."""

from __future__ import annotations

from msgspec import Struct

from workshops.database.row_types import row_as, rows_as

ONE = "SELECT id, name, summary, minutes FROM tech_objects WHERE id = $1"
ALL = "SELECT id, name, summary, minutes FROM tech_objects ORDER BY name, id"
AFTER = "SELECT id, name, summary, minutes FROM tech_objects WHERE id > $1 ORDER BY id LIMIT $2"
OF_WORKSHOP = """
SELECT o.id, o.name, o.summary, o.minutes
FROM tech_objects o JOIN workshop_objects link ON link.tech_object = o.id
WHERE link.workshop = $1 ORDER BY o.name, o.id
"""


class ObjectCard(Struct, frozen=True):
    """An object, what it is, and how many minutes a group spends on it."""

    id: int
    name: str
    summary: str
    minutes: int


async def tech_object(number: int) -> ObjectCard | None:
    """One object by its number."""
    return await row_as(ObjectCard, ONE, number)


async def tech_objects() -> list[ObjectCard]:
    """Every object, by name."""
    return await rows_as(ObjectCard, ALL)


async def tech_objects_after(number: int, *, limit: int) -> list[ObjectCard]:
    """The objects by number: at most `limit` that follow this one."""
    return await rows_as(ObjectCard, AFTER, number, limit)


async def objects_of(workshop: int) -> list[ObjectCard]:
    """What a group can build in this workshop."""
    return await rows_as(ObjectCard, OF_WORKSHOP, workshop)
