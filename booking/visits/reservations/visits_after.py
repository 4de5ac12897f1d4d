"""The list of reservations by number, for a program that reads it whole or only what it wants of it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import astuple

from booking.visits.reservations.queries import RECEIVES, VISIT, Visit
from workshops.database.row_types import rows_as
from workshops.scope import Scope

_AFTER = """r.id > $1 AND ($3::timestamptz IS NULL OR r.starts_at >= $3)
  AND ($4::timestamptz IS NULL OR r.starts_at < $4) AND ($6::timestamptz IS NULL OR r.changed_at >= $6)
  AND ($7::varchar IS NULL OR r.state = $7) AND ($8::int IS NULL OR r."group" = $8)
  AND ($9::int IS NULL OR r.slot = $9) AND ($10::varchar IS NULL OR EXISTS (
    SELECT FROM slots held, schools named
    WHERE held.id = r.slot AND named.uai = $10 AND named.id IN (r.school, held.school)))"""
VISITS_AFTER = f"{VISIT} WHERE {_AFTER} AND $2::int[] IS NULL ORDER BY r.id LIMIT $5"
# A school's own by its index, of those that it makes and of those that it receives: never a country's one by one.
VISITS_OF_SCHOOL_AFTER = f"""{VISIT} WHERE r.id = ANY (ARRAY(
  SELECT id FROM (
    SELECT r.id FROM reservations r WHERE r.school = ANY ($2) AND {_AFTER}
    UNION SELECT r.id FROM slots sl JOIN reservations r ON r.slot = sl.id WHERE {RECEIVES} AND {_AFTER}
  ) own ORDER BY id LIMIT $5
)) ORDER BY r.id"""  # noqa: S608 - constants only


class Wanted(Struct, frozen=True, kw_only=True):
    """Which reservations of a list are wanted: of visits between two instants, `changed_since` one, in a `state`, of a
    `group`, in a `slot`, of the collège or the lycée of this UAI (`school`)."""

    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    state: str | None = None
    group: int | None = None
    slot: int | None = None
    school: str | None = None


async def visits_after(number: int, *, scope: Scope, wanted: Wanted, limit: int) -> list[Visit]:
    """The reservations that the scope's collèges made or its lycées receive, by number: at most `limit` that follow
    this one."""
    asked = VISITS_AFTER if scope.schools is None else VISITS_OF_SCHOOL_AFTER
    since, until, *others = astuple(wanted)
    return await rows_as(Visit, asked, number, scope.schools, since, until, limit, *others)
