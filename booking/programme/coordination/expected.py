"""The visits to come or to close, all or some of them, with who comes: what coordinators look ahead to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from booking.visits.hosting.expected import (
    OF_GROUPS,
    CompanyExpected,
    GroupExpected,
    companies_expected,
    groups_at,
)
from booking.visits.reservation_states import HOLDS_SEATS_SQL, SEATED
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.results.behind import Awaited, AwaitedLine, awaited
from workshops.results.measure import instants
from workshops.results.trace import VisitsToTrace
from workshops.slots.queries import seats_to_reserve
from workshops.slots.rules import TO_COME_SQL

# $1, $2 the period, $3 now; $4, $5, $6 the collège's UAI, its département, a level, $7 the lycée's UAI, $8 a company's
# SIRET; empty for all. $9: those alone that a group comes to.
_NARROWED = f"""
SELECT s.id, s.workshop, s.school, s.starts_at, s.ends_at, its.booked, its.groups,
  ({seats_to_reserve("$3")})::int AS planned
FROM slots s JOIN schools h ON h.id = s.school CROSS JOIN LATERAL (
  SELECT coalesce(sum(r.pupils), 0)::int AS booked, count(*)::int AS groups
  FROM reservations r JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
  WHERE r.slot = s.id AND r.state IN {HOLDS_SEATS_SQL}
    AND {OF_GROUPS.format(college="$4::varchar", department="$5::varchar", level="$6::varchar")}
) its
WHERE s.state IN {TO_COME_SQL} AND s.starts_at >= $1 AND s.starts_at < $2
  AND (its.groups > 0 OR NOT $9::boolean AND $4 || $5 || $6 = '') AND ($7::varchar = '' OR h.uai = $7)
  AND ($8::varchar = '' OR EXISTS (
    SELECT FROM attendances a JOIN companies k ON k.id = a.company
    WHERE a.slot = s.id AND a.state = 'announced' AND k.siret = $8))"""  # noqa: S608 - constants only
NARROWED_WHOLE = f"""
SELECT count(*)::int AS visits_in_all, (count(*) FILTER (WHERE groups > 0))::int AS with_groups,
  coalesce(sum(booked), 0)::int AS booked, coalesce(sum(planned), 0)::int AS planned
FROM ({_NARROWED}) narrowed
"""  # noqa: S608 - constants only
NARROWED_LINES = f"""
SELECT p.id, p.starts_at, p.ends_at, w.title, h.name AS school_name, h.commune, p.booked, p.groups, p.planned
FROM ({_NARROWED} ORDER BY s.starts_at, s.id LIMIT $10 OFFSET $11) p
JOIN workshops w ON w.id = p.workshop JOIN schools h ON h.id = p.school
ORDER BY p.starts_at, p.id
"""  # noqa: S608 - constants only


class ExpectedVisit(Struct, frozen=True):
    """A visit to come or to close, with those of its groups that were asked for, and its companies."""

    line: AwaitedLine
    groups: Sequence[GroupExpected]
    companies: Sequence[CompanyExpected]


class Expected(Struct, frozen=True):
    """A page of the visits to come or to close, and what `whole` amounts to."""

    whole: Awaited
    visits: Sequence[ExpectedVisit]


async def expected(
    of: VisitsToTrace,
    *,
    from_on: date,
    to_on: date,
    now: datetime,
    limit: int,
    after: int = 0,
    with_groups: bool = False,
) -> Expected:
    """The visits to come or to close of a period (both days included), the soonest first, `after` so many lines.

    `of` narrows them by lycée, collège, département, level and company; pupils and groups are then those asked for.
    `with_groups` leaves out the slots that no group comes to.
    """
    if with_groups or of.school or of.college or of.department or of.level or of.company:
        asked = (*instants(from_on, to_on), now, of.college, of.department, of.level, of.school, of.company)
        whole = await _narrowed(*asked, with_groups, limit=limit, after=after)
    else:
        whole = await awaited(from_on=from_on, to_on=to_on, now=now, limit=limit, after=after)
    numbers = [line.id for line in whole.visits]
    groups = await groups_at(numbers, SEATED, college=of.college, department=of.department, level=of.level)
    companies = await companies_expected(numbers)
    return Expected(
        whole, [ExpectedVisit(line, groups.get(line.id, ()), companies.get(line.id, ())) for line in whole.visits]
    )


async def _narrowed(*asked: object, limit: int, after: int) -> Awaited:
    lines = await rows_as(AwaitedLine, NARROWED_LINES, *asked, limit, after)
    (whole,) = await rows(NARROWED_WHOLE, *asked)
    return Awaited(lines, **whole)
