"""The visits behind what is booked and what is planned: those that nobody has closed yet."""

from __future__ import annotations

from datetime import date, datetime

from asyncpg import Record
from msgspec import Struct

from workshops.cache.versions import VersionedCache
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.results.measure import instants
from workshops.slots.queries import SEATS_FREE
from workshops.slots.rules import TO_COME_SQL

# $1, $2 the period, $3 now, $4, $5 the page. The soonest first: a visit that is over waits for its closure.
_LINE = f"""id, workshop, school, starts_at, ends_at, seats_taken::int AS booked, groups_taken::int AS groups,
  CASE WHEN starts_at >= $3 THEN {SEATS_FREE} ELSE 0 END::int AS planned
FROM slots s WHERE state IN {TO_COME_SQL} AND starts_at >= $1 AND starts_at < $2"""
WHOLE = f"""
SELECT count(*)::int AS visits_in_all,
  (count(*) FILTER (WHERE groups > 0))::int AS with_groups, coalesce(sum(booked), 0)::int AS booked,
  coalesce(sum(planned), 0)::int AS planned
FROM (SELECT {_LINE}) awaited
"""  # noqa: S608 - constants only
AWAITED = f"""
SELECT p.id, p.starts_at, p.ends_at, w.title, h.name AS school_name, h.commune, p.booked, p.groups, p.planned
FROM (SELECT {_LINE} ORDER BY starts_at, id LIMIT $4 OFFSET $5) p
JOIN workshops w ON w.id = p.workshop JOIN schools h ON h.id = p.school
ORDER BY p.starts_at, p.id
"""  # noqa: S608 - constants only


class AwaitedLine(Struct, frozen=True):
    """A visit to come or to close: pupils booked, in how many groups; places still free, none once it has begun."""

    id: int
    starts_at: datetime
    ends_at: datetime
    title: str
    school_name: str
    commune: str
    booked: int
    groups: int
    planned: int


class Awaited(Struct, frozen=True):
    """A page of the visits to come or to close, and what they all amount to; `with_groups` are no empty slots."""

    visits: list[AwaitedLine]
    visits_in_all: int
    with_groups: int
    booked: int
    planned: int


_kept: VersionedCache[Record] = VersionedCache(size=8)


async def awaited(*, from_on: date, to_on: date, now: datetime, limit: int = 50, after: int = 0) -> Awaited:
    """The visits of a period (both days included) that a target counts as booked and planned; `after` so many lines."""
    minute = now.replace(second=0, microsecond=0)
    period = *instants(from_on, to_on), minute

    async def ask() -> Record:
        (found,) = await rows(WHOLE, *period)
        return found

    return Awaited(await rows_as(AwaitedLine, AWAITED, *period, limit, after), **await _kept.answer(period, ask))
