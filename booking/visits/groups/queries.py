"""A collège's groups."""

from __future__ import annotations

from msgspec import Struct

from booking.visits.groups.tables import Group
from booking.visits.reservation_states import BOOKED_OR_MADE_SQL
from workshops.database.row_types import row_as, rows_as
from workshops.scope import Scope, among, within_author


class GroupSeen(Struct, frozen=True):
    """A group as its collège sees it; `ulis` of its pupils are of ULIS; `visits` counts what it has reserved this
    year, past or coming; it is `used` once it was in a demand, whatever became of it.

    `first_names` says that its badges may carry first names; an `archived` one is in no other list.
    """

    id: int
    name: str
    level: str
    section: str
    pupils: int
    ulis: int
    school_year: str
    visits: int
    used: bool
    first_names: bool
    archived: bool


WAS_ASKED_FOR = """(EXISTS (SELECT FROM reservations came_in WHERE came_in."group" = {group})
    OR EXISTS (SELECT FROM demands stands_above WHERE stands_above."group" = {group} AND NOT stands_above.tells))"""
"""SQL: whether a group was in a demand, whatever became of it."""
GROUPS = f"""SELECT g.id, g.name, g.level, g.section, g.pupils, g.ulis, g.school_year,
  (SELECT count(*) FROM reservations r WHERE r."group" = g.id
   AND r.state IN {BOOKED_OR_MADE_SQL}) AS visits,
  {WAS_ASKED_FOR.format(group="g.id")} AS used, g.first_names,
  g.archived_at IS NOT NULL AS archived
FROM groups g WHERE {among("g.school", 1)} AND {within_author("g.teacher", 2)}"""  # noqa: S608 - constants only
OF_YEAR = " AND g.school_year = $3 AND (g.archived_at IS NOT NULL) = $4"


async def groups_of(scope: Scope, *, school_year: str, archived: bool = False) -> list[GroupSeen]:
    """The groups that a scope reaches in one school year, by level then name; or the `archived` ones."""
    in_order = f"{GROUPS}{OF_YEAR} ORDER BY g.level DESC, g.name"
    return await rows_as(GroupSeen, in_order, scope.schools, scope.author, school_year, archived)


async def groups_after(number: int, *, scope: Scope, school_year: str, archived: bool, limit: int) -> list[GroupSeen]:
    """The same groups by number: at most `limit` that follow this one."""
    return await rows_as(
        GroupSeen,
        GROUPS + OF_YEAR + " AND g.id > $5 ORDER BY g.id LIMIT $6",
        scope.schools,
        scope.author,
        school_year,
        archived,
        number,
        limit,
    )


async def groups_by(teacher: int, *, school_year: str) -> set[int]:
    """The groups that this teacher made herself, among those of her collège."""
    own = Group.select(Group.id).where(Group.teacher == teacher, Group.school_year == school_year)
    return {one["id"] for one in await own}


async def group_of(group: int, *, scope: Scope) -> GroupSeen | None:
    """One group, where the scope reaches it."""
    return await row_as(GroupSeen, GROUPS + " AND g.id = $3", scope.schools, scope.author, group)
