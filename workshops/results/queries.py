"""Where the programme stands: its targets, and who was received, by whom, to build what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from asyncpg import Record

from workshops.database import rows
from workshops.programmes.metrics import COUNTED
from workshops.programmes.queries import TargetCard
from workshops.results.measure import Progress, progress
from workshops.school_calendar.rules import first_day_of, paris_day
from workshops.tallies.queries import TALLIED, sums_of
from workshops.tallies.rules import year_of

__all__ = ["Progress", "breakdown", "life_of_programme", "progress"]

YEARS_WITHOUT_TARGET = 5

MONTHS = """
SELECT month AS of, month AS label, sum(pupils)::int AS pupils, sum(groups)::int AS groups, sum(visits)::int AS visits,
       sum(declared_pupils)::int AS declared_pupils, sum(declared_visits)::int AS declared_visits
FROM tallies CROSS JOIN LATERAL (SELECT to_char(begins, 'YYYY-MM') AS month) begun
WHERE span = 'day' AND begins BETWEEN $1 AND $2
GROUP BY month HAVING sum(visits) <> 0 OR sum(groups) <> 0
"""
# The lycées that receive or are to: members of the consortium in the period, or with a workshop published.
HOSTS = """
SELECT h.uai AS of, h.name || ', ' || h.commune AS label, 0 AS pupils, 0 AS groups, 0 AS visits,
       0 AS declared_pupils, 0 AS declared_visits
FROM schools h
WHERE h.kind = 'lycee' AND (
  EXISTS (SELECT 1 FROM workshops w WHERE w.school = h.id AND w.state = 'published')
  OR EXISTS (SELECT 1 FROM partners p WHERE p.school = h.id AND p.from_on <= $2 AND coalesce(p.to_on, $1) >= $1))
"""
BREAKDOWN = f"""
SELECT t.by, t.visits, t.groups, t.pupils, t.made, t.finished, t.working, t.taken_home, t.people,
       t.declared_pupils, t.declared_visits,
       coalesce(s.uai, t.key) AS of, coalesce(o.name, CASE WHEN t.by = 'company' THEN coalesce(firm.name, (
         SELECT c.name FROM company_turnouts c WHERE c.siret = t.key ORDER BY c.id DESC LIMIT 1)) END,
         s.name || ', ' || s.commune, d.name, t.key) AS label
FROM ({TALLIED}) t
LEFT JOIN schools s ON s.id = CASE t.by WHEN 'lycee' THEN t.lycee WHEN 'college' THEN t.college END
LEFT JOIN departments d ON t.by = 'department' AND d.code = t.key
LEFT JOIN tech_objects o ON t.by = 'object' AND o.id::varchar = t.key
LEFT JOIN companies firm ON t.by = 'company' AND firm.siret = t.key
"""  # noqa: S608 - constants only
_BY = {"lycees": "lycee", "colleges": "college", "departments": "department", "levels": "level"}


@dataclass(frozen=True)
class Count:
    """Pupils received, in how many groups and visits, under one heading (`key`: UAI, département, level, month).

    `declared_pupils` and `declared_visits` are those of past visits, which nobody scanned: one group each.
    """

    key: str
    label: str
    pupils: int
    groups: int
    visits: int
    declared_pupils: int = 0
    declared_visits: int = 0


@dataclass(frozen=True)
class ObjectCount:
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


@dataclass(frozen=True)
class CompanyVisits:
    """How many closed visits one company came to, and with how many people in all.

    At past visits (`declared_visits`) nobody counted its people.
    """

    siret: str
    name: str
    visits: int
    people: int
    declared_visits: int = 0


@dataclass(frozen=True)
class Breakdown:
    """The pupils of closed visits by lycée that receives, collège and département that came, level, month, school year;
    the objects built, the companies that came. Lycées, months and years that had no visit stand there with 0."""

    lycees: list[Count]
    colleges: list[Count]
    departments: list[Count]
    levels: list[Count]
    months: list[Count]
    objects: list[ObjectCount]
    years: list[Count]
    companies: list[CompanyVisits]

    @property
    def pupils(self) -> int:
        """All who were received, once a visit."""
        return sum(one.pupils for one in self.levels)

    @property
    def hosts(self) -> int:
        """The lycées that had a visit."""
        return sum(one.visits > 0 for one in self.lycees)

    @property
    def visits(self) -> int:
        return sum(one.visits for one in self.lycees)

    @property
    def declared_visits(self) -> int:
        return sum(one.declared_visits for one in self.lycees)

    @property
    def declared_pupils(self) -> int:
        return sum(one.declared_pupils for one in self.lycees)


def life_of_programme(targets: Sequence[TargetCard], *, now: datetime) -> tuple[date, date]:
    """The first and the last day of TECHNILAB's own target; without one, the last five school years."""
    today = paris_day(now)
    own = next(((one.from_on, one.to_on) for one in targets if (one.programme, one.metric) == COUNTED), None)
    return own or (first_day_of(today.year - YEARS_WITHOUT_TARGET), today)


async def breakdown(*, from_on: date, to_on: date, now: datetime) -> Breakdown:
    """Who was received in a period, both days included, from the sums kept: no past visit is read."""
    found: dict[str, list[Record]] = {}
    sums = await sums_of(from_on, to_on)
    for one in await rows(BREAKDOWN, *sums.by(*_BY.values(), "object", "company")):
        found.setdefault(one["by"], []).append(one)
    received = {one["of"] for one in found.get("lycee", [])}
    hosts = [one for one in await rows(HOSTS, from_on, to_on) if one["of"] not in received]
    found["lycee"] = [*found.get("lycee", []), *hosts]
    months = _each_month(_counts(await rows(MONTHS, from_on, to_on)), from_on, min(to_on, paris_day(now)))
    return Breakdown(
        months=months,
        years=_years(months),
        objects=_objects(found.get("object", [])),
        companies=_companies(found.get("company", [])),
        **{name: _counts(found.get(by, [])) for name, by in _BY.items()},
    )


def _each_month(told: list[Count], from_on: date, until: date) -> list[Count]:
    """The months of a period in their order, those too in which nobody came."""
    known = {one.key: one for one in told}
    first, last = (12 * day.year + day.month - 1 for day in (from_on, until))
    keys = [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]
    return [known.get(key, Count(key, key, 0, 0, 0)) for key in sorted({*keys, *known})]


def _counts(found: Sequence[Record]) -> list[Count]:
    parts = ("pupils", "groups", "visits", "declared_pupils", "declared_visits")
    counts = [Count(one["of"], one["label"], *(one[part] for part in parts)) for one in found]
    return sorted(counts, key=lambda count: (-count.pupils, count.key))


def _objects(found: Sequence[Record]) -> list[ObjectCount]:
    parts = ("made", "finished", "working", "taken_home", "groups", "declared_visits")
    counts = [ObjectCount(int(one["of"]), one["label"], *(one[part] for part in parts)) for one in found]
    return sorted(counts, key=lambda count: (-count.made, count.name))


def _companies(found: Sequence[Record]) -> list[CompanyVisits]:
    parts = ("visits", "people", "declared_visits")
    counts = [CompanyVisits(one["of"], one["label"], *(one[part] for part in parts)) for one in found]
    return sorted(counts, key=lambda count: (-count.visits, -count.people, count.name, count.siret))


def _years(months: list[Count]) -> list[Count]:
    """The months of each school year together: it turns on 1 August."""
    together: dict[str, list[Count]] = {}
    for one in months:
        first = year_of(date(int(one.key[:4]), int(one.key[5:]), 1)).year
        together.setdefault(f"{first}-{first + 1}", []).append(one)
    parts = ("pupils", "groups", "visits", "declared_pupils", "declared_visits")
    return [
        Count(year, year, *(sum(getattr(one, part) for one in ones) for part in parts))
        for year, ones in together.items()
    ]
