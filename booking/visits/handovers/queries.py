"""What a collège's teachers have left behind, and who might take it over."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from msgspec import Struct
from msgspec.structs import fields

from booking.people.accounts.known import Colleague, colleagues_of
from booking.people.accounts.rules import Role
from booking.visits.reservation_states import LIVE_SQL
from workshops.database import rows, value
from workshops.database.row_types import rows_as

# Nobody who still teaches at the collège: her account is closed, or she has left it.
GONE = """NOT EXISTS (SELECT FROM memberships still JOIN accounts still_open ON still_open.id = still.account
    WHERE still_open.id = {who} AND still_open.disabled_at IS NULL AND still.school = {school}
      AND still.role = 'teacher')"""
AHEAD = f"r.state IN {LIVE_SQL} AND r.ends_at > {{now}}"
_SEEN = """SELECT r.id, r.starts_at, r.ends_at, r.state, w.title AS workshop, h.name AS host_name
  FROM reservations r JOIN slots s ON s.id = r.slot JOIN workshops w ON w.id = s.workshop
  JOIN schools h ON h.id = s.school"""
LEFT = f"""
SELECT g.id AS "group", g.name, g.level, g.pupils, v.id, v.starts_at, v.ends_at, v.state, v.workshop, v.host_name
FROM groups g LEFT JOIN LATERAL (
  {_SEEN}
  WHERE r."group" = g.id AND r.replaces IS NULL AND {AHEAD.format(now="$3")}
    AND {GONE.format(who="r.booked_by", school="r.school")}
) v ON true
WHERE g.school = $1 AND (v.id IS NOT NULL OR g.school_year = $2 AND g.archived_at IS NULL
  AND {GONE.format(who="g.teacher", school="g.school")})
ORDER BY g.level DESC, g.name, g.id, v.starts_at, v.id
"""  # noqa: S608 - constants only
OWN = f"""{_SEEN}
WHERE r.booked_by = $1 AND r.school = $2 AND r.replaces IS NULL AND {AHEAD.format(now="$3")}
ORDER BY r.starts_at, r.id"""

# Whoever it was for has left the visit to a colleague since: the colleague has an invitation of her own.
LEFT_SINCE = """
SELECT EXISTS (SELECT FROM notices n JOIN events e ON e.about_kind = n.about_kind AND e.about = n.about
  AND e.also = n.account AND e.act LIKE 'reservation\\_taken\\_over%' AND e.id > coalesce(n.event, 0)
WHERE n.id = $1)
"""


class VisitAhead(Struct, frozen=True):
    """A visit that is to come, as who follows it is told of it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    workshop: str
    host_name: str


class LeftGroup(Struct, frozen=True):
    """A group that nobody follows, or of which nobody follows the `visits`."""

    id: int
    name: str
    level: str
    pupils: int
    visits: tuple[VisitAhead, ...]


async def left_behind(school: int, *, school_year: str, now: datetime) -> list[LeftGroup]:
    """The groups of this year and the coming visits of a collège whose teacher has left it, by level then name."""
    found = await rows(LEFT, school, school_year, now)
    names = [field.name for field in fields(VisitAhead)]
    left = []
    for number, lines in groupby(found, key=lambda one: one["group"]):
        of_group = list(lines)
        visits = tuple(VisitAhead(**{name: one[name] for name in names}) for one in of_group if one["id"] is not None)
        first = of_group[0]
        left.append(LeftGroup(number, first["name"], first["level"], first["pupils"], visits))
    return left


async def visits_followed(account: int, *, school: int, now: datetime) -> list[VisitAhead]:
    """The coming visits that a teacher reserved for a collège, the soonest first."""
    return await rows_as(VisitAhead, OWN, account, school, now)


async def successors(school: int, *, instead_of: int) -> list[Colleague]:
    """Who might take over what this teacher leaves: her colleagues of the same collège."""
    return [one for one in await colleagues_of(school, role=Role.TEACHER) if one.account != instead_of]


async def left_since(notice: int) -> bool:
    """Whether the reader of an invitation has handed over meanwhile what it invites to."""
    return bool(await value(LEFT_SINCE, notice))
