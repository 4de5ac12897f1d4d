"""Where the programme stands: its targets, and who was received, by whom, to build what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from asyncpg import Record
from msgspec import Struct, field

from workshops.cache.versions import VersionedCache
from workshops.database import rows
from workshops.database.row_types import row_as
from workshops.programmes.targets.metrics import COUNTED
from workshops.programmes.targets.queries import TargetCard
from workshops.results.measure import Progress, progress
from workshops.school_calendar.rules import first_day_of, paris_day
from workshops.tallies.queries import FIGURES, TALLIED, sums_of
from workshops.tallies.rules import year_of

__all__ = ["Progress", "breakdown", "held_before", "life_of_programme", "progress", "whole"]

YEARS_WITHOUT_TARGET = 5

MONTHS = """
SELECT month AS of, month AS label, sum(pupils)::int AS pupils, sum(groups)::int AS groups, sum(visits)::int AS visits,
       sum(declared_pupils)::int AS declared_pupils, sum(declared_visits)::int AS declared_visits
FROM tallies CROSS JOIN LATERAL (SELECT to_char(begins, 'YYYY-MM') AS month) begun
WHERE span = 'day' AND begins BETWEEN $1 AND $2
GROUP BY month HAVING sum(visits) <> 0 OR sum(groups) <> 0
"""
BEFORE = (
    "SELECT min(begins) AS first, max(begins) AS last FROM tallies WHERE span = 'day' AND begins < $1 AND visits > 0"
)
WHOLE = f"""
SELECT coalesce(sum(pupils) FILTER (WHERE by = 'lycee'), 0)::int AS pupils,
       coalesce(sum(visits) FILTER (WHERE by = 'lycee'), 0)::int AS visits,
       coalesce(sum(declared_pupils) FILTER (WHERE by = 'lycee'), 0)::int AS declared_pupils,
       coalesce(sum(declared_visits) FILTER (WHERE by = 'lycee'), 0)::int AS declared_visits,
       (count(*) FILTER (WHERE by = 'lycee' AND visits > 0))::int AS hosts,
       (count(*) FILTER (WHERE by = 'college'))::int AS colleges
FROM ({TALLIED}) told
"""  # noqa: S608 - constants only
# The lycées `h` that are to receive between two days: members of the consortium then, or with a workshop published.
RECEIVES = """h.kind = 'lycee' AND (
    EXISTS (SELECT FROM workshops w WHERE w.school = h.id AND w.state = 'published')
    OR EXISTS (SELECT FROM partners p WHERE p.school = h.id AND p.from_on <= {until}
               AND coalesce(p.to_on, {since}) >= {since}::date))"""
# The lines of each heading in their order, at most $9 of each, and how many they are in all; $7, $8: the period. The
# lycées that are to receive have one too.
BREAKDOWN = f"""
WITH told AS ({TALLIED}), hosts AS (
  SELECT h.id FROM schools h
  WHERE 'lycee' = ANY ($4::varchar[]) AND {RECEIVES.format(since="$7", until="$8")}
), named AS (
  SELECT t.*, coalesce(s.uai, t.key) AS of, coalesce(o.name, CASE WHEN t.by = 'company' THEN coalesce(firm.name, (
           SELECT c.name FROM company_turnouts c WHERE c.siret = t.key ORDER BY c.id DESC LIMIT 1)) END,
           s.name || ', ' || s.commune, d.name, t.key) AS label
  FROM (
    SELECT * FROM told UNION ALL
    SELECT 'lycee', id, 0, '', {", ".join("0" for _ in FIGURES)} FROM hosts
    WHERE id NOT IN (SELECT lycee FROM told WHERE by = 'lycee')
  ) t
  LEFT JOIN schools s ON s.id = CASE t.by WHEN 'lycee' THEN t.lycee WHEN 'college' THEN t.college END
  LEFT JOIN departments d ON t.by = 'department' AND d.code = t.key
  LEFT JOIN tech_objects o ON t.by = 'object' AND o.id::varchar = t.key
  LEFT JOIN companies firm ON t.by = 'company' AND firm.siret = t.key
), placed AS (
  SELECT named.*, count(*) OVER heading AS lines, bool_or(declared_visits > 0) OVER heading AS some_declared,
    row_number() OVER (PARTITION BY by ORDER BY pupils DESC, made DESC, CASE by WHEN 'company' THEN visits END DESC,
      people DESC, CASE WHEN by IN ('object', 'company') THEN label END COLLATE "C", of COLLATE "C") AS place
  FROM named WINDOW heading AS (PARTITION BY by)
)
SELECT by, of, label, visits, groups, pupils, made, finished, working, taken_home, people, declared_pupils,
       declared_visits, ulis, lines, some_declared
FROM placed WHERE $9::int IS NULL OR place <= $9 ORDER BY by, place
"""  # noqa: S608 - constants only
PARTS = ("pupils", "groups", "visits", "declared_pupils", "declared_visits")
_BY = {
    **{"lycees": "lycee", "colleges": "college", "departments": "department", "levels": "level"},
    **{"objects": "object", "companies": "company"},
}


class Whole(Struct, frozen=True):
    """All who were received in a period, by how many lycées (`hosts`), of how many collèges.

    `declared_pupils` and `declared_visits` are those of past visits, which nobody scanned.
    """

    pupils: int
    visits: int
    declared_pupils: int
    declared_visits: int
    hosts: int
    colleges: int


class Count(Struct, frozen=True):
    """Pupils received, in how many groups and visits, under one heading (`key`: UAI, département, level, month).

    `declared_pupils` and `declared_visits` are those of past visits, which nobody scanned: one group each. `ulis` of
    the pupils of a level are of ULIS, as their groups say: nobody counts them by school or by day.
    """

    key: str
    label: str
    pupils: int
    groups: int
    visits: int
    declared_pupils: int = 0
    declared_visits: int = 0
    ulis: int | None = None


class ObjectCount(Struct, frozen=True):
    """What became of one technological object, and how many groups built it.

    Of the groups of past visits (`declared_groups`) nobody knows what became of their objects.
    """

    id: int
    name: str
    made: int
    finished: int
    working: int
    taken_home: int
    groups: int
    declared_groups: int = 0

    @property
    def counted(self) -> bool:
        """Whether anybody counted the objects of any group."""
        return self.made > 0 or self.groups > self.declared_groups


class CompanyVisits(Struct, frozen=True):
    """How many closed visits one company came to, and with how many people in all.

    At past visits (`declared_visits`) nobody counted its people.
    """

    siret: str
    name: str
    visits: int
    people: int
    declared_visits: int = 0


class Breakdown(Struct, frozen=True):
    """The pupils of closed visits by lycée that receives, collège and département that came, level, month, school year;
    the objects built, the companies that came. Lycées, months and years that had no visit stand there with 0.

    The largest come first. `in_all`: how many lines a heading has, those left out included; `declared`: the headings
    of which past visits brought something.
    """

    lycees: list[Count]
    colleges: list[Count]
    departments: list[Count]
    levels: list[Count]
    months: list[Count]
    objects: list[ObjectCount]
    years: list[Count]
    companies: list[CompanyVisits]
    in_all: Mapping[str, int] = field(default_factory=dict)
    declared: Collection[str] = ()


def life_of_programme(targets: Sequence[TargetCard], *, now: datetime) -> tuple[date, date]:
    """The first and the last day of TECHNILAB's own target; without one, the last five school years."""
    today = paris_day(now)
    own = next(((one.from_on, one.to_on) for one in targets if (one.programme, one.metric) == COUNTED), None)
    return own or (first_day_of(today.year - YEARS_WITHOUT_TARGET), today)


_before: VersionedCache[tuple[date, date] | None] = VersionedCache(size=8, figures=True)
_wholes: VersionedCache[Whole] = VersionedCache(size=8, figures=True)
_breakdowns: VersionedCache[Breakdown] = VersionedCache(size=8, figures=True)


async def held_before(day: date) -> tuple[date, date] | None:
    """The first and the last day before this one on which a visit that counts was held; None where there is none."""

    async def ask() -> tuple[date, date] | None:
        (found,) = await rows(BEFORE, day)
        return None if found["first"] is None else (found["first"], found["last"])

    return await _before.answer(day, ask, lycee="")


async def whole(*, from_on: date, to_on: date) -> Whole:
    """All who were received in a period, both days included, in one line; kept until a visit is closed or reopened."""

    async def ask() -> Whole:
        found = await row_as(Whole, WHOLE, *(await sums_of(from_on, to_on)).by("lycee", "college"))
        assert found is not None  # noqa: S101 - an aggregate always has its row
        return found

    return await _wholes.answer((from_on, to_on), ask, lycee="")


async def breakdown(
    *, from_on: date, to_on: date, now: datetime, of: Collection[str] = tuple(_BY), most: int | None = None
) -> Breakdown:
    """Who was received in a period, both days included, from the sums kept: no past visit is read.

    `of`: the headings that are asked for; months and years are always told. At most the `most` first lines of each.
    Kept while nothing of it is written: of what a lycée offers, only its own heading tells.
    """
    until = min(to_on, paris_day(now))
    key, lycee = (from_on, to_on, until, frozenset(of), most), None if "lycees" in of else ""
    return await _breakdowns.answer(key, lambda: _breakdown(from_on, to_on, until, of, most), lycee=lycee)


async def _breakdown(from_on: date, to_on: date, until: date, of: Collection[str], most: int | None) -> Breakdown:
    found: dict[str, list[Record]] = {}
    sums = await sums_of(from_on, to_on)
    for one in await rows(BREAKDOWN, *sums.by(*(by for name, by in _BY.items() if name in of)), from_on, to_on, most):
        found.setdefault(one["by"], []).append(one)
    under = {name: found.get(by, []) for name, by in _BY.items()}
    months = _each_month(_counts(await rows(MONTHS, from_on, to_on)), from_on, until)
    declared = [name for name, lines in under.items() if lines and lines[0]["some_declared"]]
    return Breakdown(
        months=months,
        years=_years(months),
        objects=_objects(under.pop("objects")),
        companies=_companies(under.pop("companies")),
        levels=_counts(under.pop("levels"), "ulis"),
        **{name: _counts(lines) for name, lines in under.items()},
        in_all={name: found[by][0]["lines"] for name, by in _BY.items() if by in found},
        declared=[*declared, *(("months", "years") if any(one.declared_visits for one in months) else ())],
    )


def _each_month(told: list[Count], from_on: date, until: date) -> list[Count]:
    """The months of a period in their order, those too in which nobody came."""
    known = {one.key: one for one in told}
    first, last = (12 * day.year + day.month - 1 for day in (from_on, until))
    keys = [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]
    return [known.get(key, Count(key, key, 0, 0, 0)) for key in sorted({*keys, *known})]


def _counts(found: Sequence[Record], *more: str) -> list[Count]:
    parts = (*PARTS, *more)
    return [Count(one["of"], one["label"], *(one[part] for part in parts)) for one in found]


def _objects(found: Sequence[Record]) -> list[ObjectCount]:
    parts = ("made", "finished", "working", "taken_home", "groups", "declared_visits")
    return [ObjectCount(int(one["of"]), one["label"], *(one[part] for part in parts)) for one in found]


def _companies(found: Sequence[Record]) -> list[CompanyVisits]:
    parts = ("visits", "people", "declared_visits")
    return [CompanyVisits(one["of"], one["label"], *(one[part] for part in parts)) for one in found]


def _years(months: list[Count]) -> list[Count]:
    """The months of each school year together: it turns on 1 August."""
    together: dict[str, list[Count]] = {}
    for one in months:
        first = year_of(date(int(one.key[:4]), int(one.key[5:]), 1)).year
        together.setdefault(f"{first}-{first + 1}", []).append(one)
    return [
        Count(year, year, *(sum(getattr(one, part) for one in ones) for part in PARTS))
        for year, ones in together.items()
    ]
