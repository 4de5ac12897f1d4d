"""What was built at a slot."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.database import rows
from workshops.database.row_types import rows_as

OF_SLOT = """
SELECT b.id, b.group_ref, b.tech_object, o.name, b.made, b.finished, b.working, b.taken_home, b.minutes, b.note,
  b.photo, b.photo_alone
FROM builds b JOIN tech_objects o ON o.id = b.tech_object WHERE b.slot = $1 ORDER BY b.group_ref, o.name
"""
PHOTOS = """
SELECT b.id, o.name, s.starts_at, b.photo
FROM builds b JOIN slots s ON s.id = b.slot JOIN tech_objects o ON o.id = b.tech_object
WHERE s.workshop = $1 AND b.photo <> '' ORDER BY s.starts_at DESC, b.id DESC LIMIT $2
"""


# Of the last ones that were recorded: what pupils take home today, read in one look however long the years.
TAKEN_HOME = """
SELECT o.name FROM (SELECT tech_object, taken_home FROM builds ORDER BY id DESC LIMIT $1) latest
JOIN tech_objects o ON o.id = latest.tech_object
GROUP BY o.id, o.name HAVING sum(latest.taken_home) >= $2 ORDER BY sum(latest.taken_home) DESC, o.name
"""


class BuildLine(Struct, frozen=True):
    """One object of one group: begun (`made`), of which finished, working, taken home; `minutes` at the bench.

    `photo` is the name of the file that shows it, empty without one; `photo_alone`: nobody is on it.
    """

    id: int
    group_ref: int
    tech_object: int
    name: str
    made: int
    finished: int
    working: int
    taken_home: int
    minutes: int | None
    note: str
    photo: str = ""
    photo_alone: bool = False


async def taken_home_lately(*, groups: int, least: int) -> list[str]:
    """The objects that the pupils of so many groups, the last ones recorded, took home, the most taken first; one of
    which fewer than `least` left is not told."""
    return [built["name"] for built in await rows(TAKEN_HOME, groups, least)]


async def builds_of(slot: int) -> list[BuildLine]:
    """Everything that the groups of a slot built."""
    return await rows_as(BuildLine, OF_SLOT, slot)


class BuildPhoto(Struct, frozen=True):
    """The photo of an object that a group built: its record, what it shows, when, the name of its file."""

    id: int
    name: str
    starts_at: datetime
    photo: str


async def photos_of(workshop: int, *, most: int) -> list[BuildPhoto]:
    """What was photographed at the slots of a workshop, the last ones first."""
    return await rows_as(BuildPhoto, PHOTOS, workshop, most)
