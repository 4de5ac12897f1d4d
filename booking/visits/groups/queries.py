"""A collège's groups."""

from __future__ import annotations

from dataclasses import dataclass

from workshops.shapes import row_as, rows_as


@dataclass(frozen=True)
class GroupSeen:
    """A group as its collège sees it; `visits` counts what it has reserved this year, past or coming.

    `first_names` says that its badges may carry first names; an `archived` one is in no other list.
    """

    id: int
    name: str
    level: str
    section: str
    pupils: int
    school_year: str
    visits: int
    first_names: bool
    archived: bool


GROUPS = """SELECT g.id, g.name, g.level, g.section, g.pupils, g.school_year,
  (SELECT count(*) FROM reservations r WHERE r."group" = g.id
   AND r.state IN ('requested', 'confirmed', 'locked', 'attended')) AS visits, g.first_names,
  g.archived_at IS NOT NULL AS archived
FROM groups g WHERE g.school = $1"""
OF_YEAR = " AND g.school_year = $2 AND (g.archived_at IS NOT NULL) = $3"


async def groups_of(school: int, *, school_year: str, archived: bool = False) -> list[GroupSeen]:
    """The groups of a collège in one school year, by level then name; or its `archived` ones."""
    return await rows_as(GroupSeen, GROUPS + OF_YEAR + " ORDER BY g.level DESC, g.name", school, school_year, archived)


async def groups_after(number: int, *, school: int, school_year: str, archived: bool, limit: int) -> list[GroupSeen]:
    """The same groups by number: at most `limit` that follow this one."""
    return await rows_as(
        GroupSeen,
        GROUPS + OF_YEAR + " AND g.id > $4 ORDER BY g.id LIMIT $5",
        school,
        school_year,
        archived,
        number,
        limit,
    )


async def group_of(group: int, *, school: int) -> GroupSeen | None:
    """One group of this collège."""
    return await row_as(GroupSeen, GROUPS + " AND g.id = $2", school, group)
