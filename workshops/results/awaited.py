"""The visits behind what is booked and what is planned: those that nobody has closed yet."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from workshops.database import rows
from workshops.results.measure import instants
from workshops.slots.queries import SEATS_FREE

# $1, $2 the period, $3 now, $4, $5 the page. The soonest first: a visit that is over waits for its closure.
AWAITED = f"""
WITH awaited AS NOT MATERIALIZED (
  SELECT id, workshop, school, starts_at, ends_at, seats_taken::int AS booked, groups_taken::int AS groups,
         CASE WHEN starts_at >= $3 THEN {SEATS_FREE} ELSE 0 END::int AS planned
  FROM slots s WHERE state IN ('open', 'closed') AND starts_at >= $1 AND starts_at < $2
), whole AS (
  SELECT count(*)::int AS visits, coalesce(sum(booked), 0)::int AS booked, coalesce(sum(planned), 0)::int AS planned
  FROM awaited
), page AS (
  SELECT * FROM awaited ORDER BY starts_at, id LIMIT $4 OFFSET $5
)
SELECT p.id, p.starts_at, p.ends_at, w.title, h.name AS school_name, h.commune, p.booked, p.groups, p.planned,
       whole.visits AS visits_in_all, whole.booked AS booked_in_all, whole.planned AS planned_in_all
FROM whole LEFT JOIN page p ON true LEFT JOIN workshops w ON w.id = p.workshop LEFT JOIN schools h ON h.id = p.school
ORDER BY p.starts_at, p.id
"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class AwaitedLine:
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


@dataclass(frozen=True)
class Awaited:
    """A page of the visits to come or to close, and what they all amount to."""

    visits: list[AwaitedLine]
    visits_in_all: int
    booked: int
    planned: int


async def awaited(*, from_on: date, to_on: date, now: datetime, limit: int = 50, after: int = 0) -> Awaited:
    """The visits of a period (both days included) that a target counts as booked and planned; `after` so many lines."""
    found = await rows(AWAITED, *instants(from_on, to_on), now, limit, after)
    names = [field.name for field in fields(AwaitedLine)]
    return Awaited(
        visits=[AwaitedLine(**{name: one[name] for name in names}) for one in found if one["id"] is not None],
        visits_in_all=found[0]["visits_in_all"],
        booked=found[0]["booked_in_all"],
        planned=found[0]["planned_in_all"],
    )
