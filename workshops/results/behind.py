"""What is behind a figure beside its closed visits: their groups one by one, and the visits that nobody has closed
yet."""

from __future__ import annotations

from datetime import date, datetime

from asyncpg import Record
from msgspec import Struct
from msgspec.structs import asdict

from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import THEN, YEAR_OF
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.past_visits.queries import COUNTED_REFERENCE
from workshops.results.measure import instants
from workshops.results.trace import VisitsToTrace, narrowed_by
from workshops.slots.queries import seats_to_reserve
from workshops.slots.rules import TO_COME_SQL

# $1, $2 the period, $3 now, $4, $5 the page. The soonest first: a visit that is over waits for its closure.
_LINE = f"""id, workshop, school, starts_at, ends_at, seats_taken::int AS booked, groups_taken::int AS groups,
  ({seats_to_reserve("$3")})::int AS planned
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
    """A visit to come or to close: pupils booked, in how many groups; places that can still be reserved."""

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


# Group by group, as a file of visits tells them; of what a group built, the object that it finished most.
GROUPS = f"""
SELECT r.starts_at, r.declared, host.name || ', ' || host.commune || ' (' || host.uai || ')' AS lycee,
       c.name || ', ' || c.commune || ' (' || c.uai || ')' AS college, r.level, r.group_label, r.pupils::int,
       r.girls::int, coalesce(o.name, '') AS tech_object,
       ARRAY(SELECT coalesce(f.name || ' (' || k.siret || ')', k.siret) FROM unnest(r.companies) k (siret)
             LEFT JOIN companies f ON f.siret = k.siret ORDER BY 1) AS companies, r.source, r.reference
FROM (
  SELECT s.id AS slot, s.starts_at, s.school AS lycee, t.school AS college, t.level, t.group_label,
         t.counted AS pupils, t.girls, false AS declared, t.id AS line, '' AS source, {COUNTED_REFERENCE} AS reference,
         (SELECT b.tech_object FROM builds b WHERE b.slot = s.id AND b.group_ref = t.group_ref
          ORDER BY b.finished DESC, b.id LIMIT 1) AS tech_object,
         ARRAY(SELECT k.siret FROM company_turnouts k WHERE k.slot = s.id AND k.people > 0) AS companies
  FROM slots s JOIN turnouts t ON t.slot = s.id JOIN schools h ON h.id = s.school
  WHERE s.state = 'done' AND t.counted > 0 AND s.starts_at >= $1 AND s.starts_at < $2
  UNION ALL
  SELECT -p.id, b.starts_at, p.lycee, p.college, p.level, p.group_label, p.pupils, p.girls, true, p.id, p.source,
         p.reference, p.tech_object, p.companies
  FROM received_before b JOIN past_visits p ON p.id = -b.slot WHERE b.starts_at >= $1 AND b.starts_at < $2
) r CROSS JOIN LATERAL {THEN.format(school="r.lycee", year=YEAR_OF.format(at="r.starts_at"))} host
CROSS JOIN LATERAL {THEN.format(school="r.college", year=YEAR_OF.format(at="r.starts_at"))} c
LEFT JOIN tech_objects o ON o.id = r.tech_object
WHERE true {{narrowed}} ORDER BY r.starts_at DESC, r.slot DESC, r.line
"""  # noqa: S608 - constants only


class GroupLine(Struct, frozen=True):
    """A group behind a figure, its schools with their commune and UAI; `girls` None where nobody counted them apart.

    A past visit is `declared` and has its `source`; what a lycée counted here has a reference that names it.
    """

    starts_at: datetime
    declared: bool
    lycee: str
    college: str
    level: str
    group_label: str
    pupils: int
    girls: int | None
    tech_object: str
    companies: list[str]
    source: str
    reference: str


async def groups_behind(behind: VisitsToTrace, *, from_on: date, to_on: date) -> list[GroupLine]:
    """The groups of the closed visits of a period (both days included), one by one, the latest visit first."""
    asked = {name: it for name, it in asdict(behind).items() if it}
    sql = GROUPS.format(narrowed=narrowed_by({name: f"${place}" for place, name in enumerate(asked, start=3)}))
    return await rows_as(GroupLine, sql, *instants(from_on, to_on), *asked.values())
