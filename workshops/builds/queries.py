"""What was built at a slot."""

from __future__ import annotations

from dataclasses import dataclass

from workshops.shapes import rows_as

OF_SLOT = """
SELECT b.id, b.group_ref, b.tech_object, o.name, b.made, b.finished, b.working, b.taken_home, b.minutes, b.note,
  b.photo
FROM builds b JOIN tech_objects o ON o.id = b.tech_object WHERE b.slot = $1 ORDER BY b.group_ref, o.name
"""


@dataclass(frozen=True)
class BuildLine:
    """One object of one group: begun (`made`), of which finished, working, taken home; `minutes` at the bench.

    `photo` is the name of the file that shows it, empty without one.
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


async def builds_of(slot: int) -> list[BuildLine]:
    """Everything that the groups of a slot built."""
    return await rows_as(BuildLine, OF_SLOT, slot)
