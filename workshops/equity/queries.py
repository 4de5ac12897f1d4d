"""Who was received, of whom: counts of closed visits beside the public collèges that are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeVar

from asyncpg import Record
from msgspec import Struct

from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import KNOWN_THEN, THEN
from workshops.database import rows
from workshops.equity.rules import BANDS, PRIORITIES, SETTINGS, DistanceBand, Trip, banded, mean_km
from workshops.school_calendar.rules import school_year_of
from workshops.schools.queries import KILOMETRES
from workshops.tallies.queries import TALLIED, TALLIED_BY_YEAR, sums_of

# What a collège `c` is, and how far it is from the lycée `host`: the keys of SETTINGS and of the bands.
SETTING = "CASE c.rural WHEN true THEN 'rural' WHEN false THEN 'urban' ELSE 'unknown' END"
NAMED = "(SELECT d.name FROM departments d WHERE d.code = c.department)"
FAR = KILOMETRES.format(school="host", lat="c.lat", lon="c.lon")
BAND = f"""(SELECT CASE WHEN km IS NULL THEN 'unknown' {
    " ".join(f"WHEN km < {most} THEN '{key}'" if most else f"ELSE '{key}'" for most, key, _ in BANDS)
} END FROM (SELECT {FAR} AS km) far)"""  # noqa: S608 - constants only
# `apart` are the pupils of the groups in which the girls were counted. A collège is what it was in the year of its
# visit, where that is closed.
RECEIVED = f"""
WITH told AS ({TALLIED_BY_YEAR})
SELECT grouping(host.uai, c.department, c.priority, setting.of, level.of) AS by,
       coalesce(host.uai, c.department, c.priority, setting.of, level.of, '') AS key,
       coalesce(host.name || ', ' || host.commune, {NAMED}, c.department, c.priority, setting.of, level.of, '')
         AS label,
       coalesce(sum(t.pupils), 0)::int AS pupils, coalesce(sum(t.groups), 0)::int AS groups,
       coalesce(sum(t.apart), 0)::int AS apart, coalesce(sum(t.girls), 0)::int AS girls,
       coalesce(sum(t.declared_pupils), 0)::int AS declared_pupils
FROM told t
LEFT JOIN schools host ON host.id = t.lycee AND t.by = 'lycee'
LEFT JOIN LATERAL {THEN.format(school="t.college", year="t.school_year")} c ON true
CROSS JOIN LATERAL (SELECT CASE WHEN t.by = 'college' THEN {SETTING} END AS of) setting
CROSS JOIN LATERAL (SELECT CASE WHEN t.by = 'level' THEN t.key END AS of) level
GROUP BY GROUPING SETS ((t.by, host.uai, host.name, host.commune), (t.by, c.department), (t.by, c.priority),
                        (t.by, setting.of), (t.by, level.of), (t.by))
HAVING t.by = CASE WHEN grouping(level.of) = 0 THEN 'level' WHEN grouping(host.uai) = 0 THEN 'lycee' ELSE 'college' END
ORDER BY by, pupils DESC, key
"""  # noqa: S608 - constants only
# $7: the school year of the period's last day, as which the collèges are known.
REACHED = f"""
WITH told AS ({TALLIED})
SELECT grouping(c.department, c.priority, setting.of) AS by,
       coalesce(c.department, c.priority, setting.of, '') AS key,
       coalesce({NAMED}, c.department, c.priority, setting.of, '') AS label, count(*) AS known, count(t.college) AS came
FROM {KNOWN_THEN.format(year="$7::int")} c LEFT JOIN told t ON t.college = c.id AND t.pupils > 0
CROSS JOIN LATERAL (SELECT {SETTING} AS of) setting
WHERE c.counted OR t.college IS NOT NULL
GROUP BY GROUPING SETS ((c.department), (c.priority), (setting.of), ()) ORDER BY by, key
"""  # noqa: S608 - constants only
# The trips of a band together: as many pupils as all of them have, as far as these go on average. OFFSET 0: PostgreSQL
# would else work each distance out anew for every place where it stands.
TRIPS = f"""
SELECT coalesce(sum(km * pupils) / nullif(sum(pupils), 0), avg(km)) AS km, sum(pupils)::int AS pupils,
       sum(groups)::int AS groups, max(km) AS most_km
FROM (
  SELECT {FAR} AS km, t.pupils, t.groups
  FROM ({TALLIED_BY_YEAR}) t
  CROSS JOIN LATERAL {THEN.format(school="t.lycee", year="t.school_year")} host
  CROSS JOIN LATERAL {THEN.format(school="t.college", year="t.school_year")} c OFFSET 0
) trip
GROUP BY width_bucket(km, ARRAY[{", ".join(str(most) for most, _, _ in BANDS if most)}]::float8[])
"""  # noqa: S608 - constants only
# Which columns grouping() says are NOT in the group, bit by bit, in the order of its arguments.
_RECEIVED_BY = {
    "lycees": 0b01111,
    "departments": 0b10111,
    "priorities": 0b11011,
    "settings": 0b11101,
    "levels": 0b11110,
}
_REACHED_BY = {"departments": 0b011, "priorities": 0b101, "settings": 0b110}
_WHOLE = {"received": 0b11111, "reached": 0b111}


class Received(Struct, frozen=True):
    """Pupils received under one heading; `girls` are some of `apart`, the pupils of groups counted girls apart.

    `declared_pupils` are those of past visits, which nobody scanned.
    """

    key: str
    label: str
    pupils: int = 0
    groups: int = 0
    apart: int = 0
    girls: int = 0
    declared_pupils: int = 0

    @property
    def boys(self) -> int:
        """The others of the groups in which the girls were counted."""
        return self.apart - self.girls


class Reached(Struct, frozen=True):
    """How many public collèges are known under one heading, and how many came."""

    key: str
    label: str
    known: int = 0
    came: int = 0

    @property
    def never(self) -> int:
        """The public collèges that did not come."""
        return self.known - self.came


class Equity(Struct, frozen=True):
    """A period's visits told by who came. `received` and `reached` are by heading: priorities, settings, …"""

    whole: Received
    received: dict[str, list[Received]]
    colleges: Reached
    reached: dict[str, list[Reached]]
    bands: list[DistanceBand]
    mean_km: float | None
    most_km: float | None


Line = TypeVar("Line", Received, Reached)


_kept: VersionedCache[Equity] = VersionedCache(size=8, figures=True)


async def equity(*, from_on: date, to_on: date) -> Equity:
    """Who was received in a period, both days included: four statements, from the sums kept of past visits.

    Kept until a visit is closed or reopened, or a school changes.
    """
    return await _kept.answer((from_on, to_on), lambda: _equity(from_on, to_on), lycee="")


async def _equity(from_on: date, to_on: date) -> Equity:
    sums, of_years = await sums_of(from_on, to_on), await sums_of(from_on, to_on, by_year=True)
    received = await rows(RECEIVED, *of_years.by("lycee", "college", "level"))
    reached = await rows(REACHED, *sums.by("college"), school_year_of(to_on))
    far = await rows(TRIPS, *of_years.by("trip"))
    trips = [Trip(one["km"], one["pupils"], one["groups"]) for one in far]
    return Equity(
        whole=next(_received(received, _WHOLE["received"]), Received("", "")),
        received={name: _in_order(name, list(_received(received, by))) for name, by in _RECEIVED_BY.items()},
        colleges=next(_reached(reached, _WHOLE["reached"]), Reached("", "")),
        reached={name: _in_order(name, list(_reached(reached, by))) for name, by in _REACHED_BY.items()},
        bands=banded(trips),
        mean_km=mean_km(trips),
        most_km=max((one["most_km"] for one in far if one["most_km"] is not None), default=None),
    )


def _received(found: Sequence[Record], by: int) -> Iterator[Received]:
    for one in found:
        if one["by"] == by:
            yield Received(**{name: it for name, it in one.items() if name != "by"} | {"label": _words(one["label"])})


def _reached(found: Sequence[Record], by: int) -> Iterator[Reached]:
    for one in found:
        if one["by"] == by:
            yield Reached(key=one["key"], label=_words(one["label"]), known=one["known"], came=one["came"])


def _words(label: str) -> str:
    return PRIORITIES.get(label) or SETTINGS.get(label) or label


def _in_order(name: str, found: list[Line]) -> list[Line]:
    order = {"priorities": list(PRIORITIES), "settings": list(SETTINGS)}.get(name)
    return sorted(found, key=lambda one: order.index(one.key)) if order else found
