"""Where the programme stands: its targets, and who was received, by whom, to build what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workshops.database import rows
from workshops.programmes.queries import TargetCard
from workshops.results.measure import COUNTED, Progress, instants, progress
from workshops.school_calendar.rules import paris_day

__all__ = ["Progress", "breakdown", "life_of_programme", "progress"]

YEARS_WITHOUT_TARGET = 5
AUGUST = 8

BREAKDOWN = """
SELECT grouping(host.uai, c.uai, c.department, r.level, month.of) AS by,
       coalesce(host.uai, c.uai, c.department, r.level, month.of) AS key,
       coalesce(host.name || ', ' || host.commune, c.name || ', ' || c.commune, c.department, r.level, month.of)
         AS label,
       sum(r.pupils)::int AS pupils, sum(r.groups)::int AS groups, count(DISTINCT r.visit) AS visits
FROM received r JOIN schools host ON host.id = r.lycee JOIN schools c ON c.id = r.college
CROSS JOIN LATERAL (SELECT to_char(r.starts_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM') AS of) month
WHERE r.starts_at >= $1 AND r.starts_at < $2
GROUP BY GROUPING SETS ((host.uai, host.name, host.commune), (c.uai, c.name, c.commune), (c.department), (r.level),
                        (month.of))
ORDER BY by, pupils DESC, key
"""
OBJECTS = """
SELECT o.id, o.name, sum(b.made)::int AS made, sum(b.finished)::int AS finished, sum(b.working)::int AS working,
       sum(b.taken_home)::int AS taken_home, count(*) FILTER (WHERE t.came) AS groups
FROM slots s JOIN builds b ON b.slot = s.id JOIN tech_objects o ON o.id = b.tech_object
LEFT JOIN turnouts t ON t.slot = b.slot AND t.group_ref = b.group_ref
WHERE s.state = 'done' AND s.starts_at >= $1 AND s.starts_at < $2
GROUP BY o.id, o.name ORDER BY made DESC, o.name
"""
COMPANIES = """
SELECT t.siret, (array_agg(t.name ORDER BY s.starts_at DESC))[1] AS name, count(*)::int AS visits,
       sum(t.people)::int AS people
FROM slots s JOIN company_turnouts t ON t.slot = s.id AND t.people > 0
WHERE s.state = 'done' AND s.starts_at >= $1 AND s.starts_at < $2
GROUP BY t.siret ORDER BY visits DESC, people DESC, name, t.siret
"""
# Which columns grouping() says are NOT in the group, bit by bit, in the order of its arguments.
_BY = {"lycees": 0b01111, "colleges": 0b10111, "departments": 0b11011, "levels": 0b11101, "months": 0b11110}


@dataclass(frozen=True)
class Count:
    """Pupils received, in how many groups and visits, under one heading (`key`: UAI, département, level, month)."""

    key: str
    label: str
    pupils: int
    groups: int
    visits: int


@dataclass(frozen=True)
class ObjectCount:
    """What became of one technological object, and how many groups built it."""

    id: int
    name: str
    made: int
    finished: int
    working: int
    taken_home: int
    groups: int


@dataclass(frozen=True)
class CompanyCount:
    """How many closed visits one company came to, and with how many people in all."""

    siret: str
    name: str
    visits: int
    people: int


@dataclass(frozen=True)
class Breakdown:
    """The pupils of closed visits by lycée that received, collège and département that came, level, month, school year;
    the objects built, the companies that came."""

    lycees: list[Count]
    colleges: list[Count]
    departments: list[Count]
    levels: list[Count]
    months: list[Count]
    objects: list[ObjectCount]
    years: list[Count]
    companies: list[CompanyCount]


def life_of_programme(targets: Sequence[TargetCard], *, now: datetime) -> tuple[date, date]:
    """The first and the last day of TECHNILAB's own target; without one, the last five school years."""
    today = paris_day(now)
    own = next(((one.from_on, one.to_on) for one in targets if (one.programme, one.metric) == COUNTED), None)
    return own or (date(today.year - YEARS_WITHOUT_TARGET, 8, 1), today)


async def breakdown(*, from_on: date, to_on: date) -> Breakdown:
    """Who was received in a period, both days included: three statements, whatever the number of visits."""
    period = instants(from_on, to_on)
    found = await rows(BREAKDOWN, *period)
    by = {
        name: [
            Count(one["key"], one["label"], one["pupils"], one["groups"], one["visits"])
            for one in found
            if one["by"] == mask
        ]
        for name, mask in _BY.items()
    }
    by["months"].sort(key=lambda count: count.key)
    return Breakdown(
        objects=[ObjectCount(**dict(one)) for one in await rows(OBJECTS, *period)],
        companies=[CompanyCount(**dict(one)) for one in await rows(COMPANIES, *period)],
        years=_years(by["months"]),
        **by,
    )


def _years(months: list[Count]) -> list[Count]:
    """The months of each school year together: it turns on 1 August."""
    together: dict[str, list[Count]] = {}
    for one in months:
        first = int(one.key[:4]) - (int(one.key[5:]) < AUGUST)
        together.setdefault(f"{first}-{first + 1}", []).append(one)
    return [
        Count(
            year,
            year,
            sum(one.pupils for one in ones),
            sum(one.groups for one in ones),
            sum(one.visits for one in ones),
        )
        for year, ones in together.items()
    ]
