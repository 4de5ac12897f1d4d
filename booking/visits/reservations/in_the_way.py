"""The visit of a group for which it cannot be at another slot at that hour, and the groups that have one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from booking.visits.reservation_states import HOLDS_SEATS_SQL, LIVE_SQL
from workshops.database import rows
from workshops.database.row_types import row_as
from workshops.scope import Scope, among, within_author

# A change that awaits its signature takes no time of its group's: the visit that it would replace does.
_AT_THAT_HOUR = f"""r.replaces IS NULL AND r.state IN {HOLDS_SEATS_SQL}
  AND r.starts_at < asked.ends_at AND r.ends_at > asked.starts_at"""
_OF_GROUP = f"""
SELECT r.id, r.starts_at, r.ends_at, w.title AS workshop, h.name AS host_name
FROM reservations r JOIN slots s ON s.id = r.slot JOIN workshops w ON w.id = s.workshop
JOIN schools h ON h.id = s.school
WHERE r."group" = $2 AND {among("r.school", 3)} AND {within_author("r.booked_by", 4)}"""  # noqa: S608 - constants only
IN_THE_WAY = f"""{_OF_GROUP} AND r.id <> $5
  AND EXISTS (SELECT FROM slots asked WHERE asked.id = ANY ($1::int[]) AND {_AT_THAT_HOUR})
ORDER BY r.starts_at, r.id LIMIT 1
"""
ASKED_THERE = f"""{_OF_GROUP} AND r.slot = ANY ($1::int[]) AND r.replaces IS NULL AND r.state IN {LIVE_SQL}
  AND cardinality($1::int[]) = (SELECT count(DISTINCT also.slot) FROM reservations also
    WHERE also.slot = ANY ($1::int[]) AND also."group" = $2 AND also.replaces IS NULL AND also.state IN {LIVE_SQL})
ORDER BY r.starts_at, r.id LIMIT 1"""  # noqa: S608 - constants only
ELSEWHERE = f"""
SELECT DISTINCT r."group" FROM reservations r JOIN slots asked ON asked.id = $1
WHERE r."group" = ANY ($2::int[]) AND {_AT_THAT_HOUR}
"""  # noqa: S608 - constants only


class InTheWay(Struct, frozen=True):
    """The visit that a group already has."""

    id: int
    starts_at: datetime
    ends_at: datetime
    workshop: str
    host_name: str


async def in_the_way(slots: Collection[int], *, group: int, scope: Scope, but: int = 0) -> InTheWay | None:
    """The visit of this group that overlaps one of these slots, where the scope reaches it; `but` is the one that
    moves."""
    return await row_as(InTheWay, IN_THE_WAY, list(slots), group, scope.schools, scope.author, but)


async def asked_there(slots: Collection[int], *, group: int, scope: Scope) -> InTheWay | None:
    """The first visit of a group that has already asked for all of these slots, had or waited for, where the scope
    reaches it."""
    return await row_as(InTheWay, ASKED_THERE, list(slots), group, scope.schools, scope.author)


async def elsewhere_then(slot: int, groups: Collection[int]) -> set[int]:
    """Those of these groups that already have a visit at the hour of a slot."""
    return {one["group"] for one in await rows(ELSEWHERE, slot, list(groups))}
