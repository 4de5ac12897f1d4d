"""The classes that wait for a slot, each counted once, whatever it asked for and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.visits.reservation_states import HOLDS_SEATS_SQL
from booking.visits.reservations.beyond import HELD_BACK
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.schools.queries import KILOMETRES

# The most pupils of each band: half of a class, most slots, a whole class, and beyond.
SIZES = {12: "12 élèves ou moins", 24: "13 à 24 élèves", 30: "25 à 30 élèves", 60: "plus de 30 élèves"}
DISTANCES = (10, 20, 40, 60)


class Unmet(Struct, frozen=True):
    """So many classes of a level and a size (the most pupils of its band), `waiting` of them on a waiting list.

    `department` and `commune` are the collège's; `km` bounds its distance, 0 where none is measured.
    """

    level: str
    size: int
    department: str
    commune: str
    km: int
    classes: int
    pupils: int
    waiting: int

    @property
    def of_a_class(self) -> int:
        """How many pupils one of these classes has, or nearly."""
        return -(-self.pupils // self.classes)

    @property
    def size_words(self) -> str:
        """« 25 à 30 élèves »."""
        return SIZES[self.size]


def _band(value: str, most: tuple[int, ...]) -> str:
    return f"(SELECT min(band) FROM unnest(ARRAY{list(most)}) band WHERE {value} <= band)"  # noqa: S608 - constants only


# Of two halves that wait, the whole class.
_OF_CLASS = f"""CASE WHEN r.half IS NULL THEN r.pupils ELSE least({max(SIZES)}, (
    SELECT sum(half_waits.pupils) FROM reservations half_waits
    WHERE half_waits.demand = r.demand AND half_waits.line = r.line AND half_waits.state = 'waiting')) END"""  # noqa: S608 - constants only
# A class that holds places to come is served, wherever else it would like to come; one beyond its collège's classes
# lacks no slot. An alert without a group is the
# class of the teacher who asked.
_ASKING = f"""asked AS (
  SELECT coalesce(a."group"::text, 'm' || a.membership || a.level || a.pupils) AS class, a."group", m.school,
    a.level, a.pupils, false AS waits, a.km, a.department, a.lycee
  FROM demands a JOIN memberships m ON m.id = a.membership WHERE a.tells AND a.met_at IS NULL AND a.ends_at > $1
  UNION ALL
  SELECT r."group"::text, r."group", r.school, g.level, {_OF_CLASS}, true, NULL, '', ''
  FROM reservations r JOIN groups g ON g.id = r."group" WHERE r.state = 'waiting' AND r.starts_at > $1
    AND NOT {HELD_BACK.format(one="r")}
), unserved AS (
  SELECT * FROM asked WHERE "group" IS NULL OR NOT EXISTS (
    SELECT FROM reservations h WHERE h."group" = asked."group" AND h.state IN {HOLDS_SEATS_SQL} AND h.ends_at > $1)
)"""  # noqa: S608 - constants only
_CLASSES = """SELECT class, min(school) AS school, min(level) AS level, max(pupils) AS pupils, bool_or(waits) AS waits
  FROM {asked} GROUP BY class"""
_SUMS = "count(*)::int AS classes, sum(o.pupils)::int AS pupils, (count(*) FILTER (WHERE o.waits))::int AS waiting"
EVERYWHERE = f"""
WITH {_ASKING}, one AS ({_CLASSES.format(asked="unserved")})
SELECT o.level, {_band("o.pupils", tuple(SIZES))} AS size, c.department, c.commune, 0 AS km, {_SUMS}
FROM one o JOIN schools c ON c.id = o.school GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""  # noqa: S608 - constants only
# Of the classes around the lycée $2, those that would come so far, and to it.
AROUND = f"""
WITH {_ASKING}, near AS (
  SELECT u.*, {KILOMETRES.format(school="h", lat="c.lat", lon="c.lon")} AS away
  FROM unserved u JOIN schools c ON c.id = u.school JOIN schools h ON h.id = $2
  WHERE (u.department = '' OR u.department = h.department) AND (u.lycee = '' OR u.lycee = h.uai)
), reached AS (
  SELECT * FROM near WHERE away <= coalesce(km, {DISTANCES[-1]}) AND away <= {DISTANCES[-1]}
), one AS ({_CLASSES.format(asked="reached")}), placed AS (
  SELECT o.*, {_band("(SELECT min(r.away) FROM reached r WHERE r.class = o.class)", DISTANCES)} AS km FROM one o
)
SELECT o.level, {_band("o.pupils", tuple(SIZES))} AS size, '' AS department, '' AS commune, o.km, {_SUMS}
FROM placed o GROUP BY 1, 2, o.km ORDER BY o.km, 1, 2"""  # noqa: S608 - constants only

COLLEGES = f"WITH {_ASKING} SELECT DISTINCT school FROM unserved"  # noqa: S608 - constants only


async def colleges_waiting(*, now: datetime) -> set[int]:
    """The collèges of which some class waits for a slot."""
    return {one["school"] for one in await rows(COLLEGES, now)}


async def unmet_everywhere(*, now: datetime) -> list[Unmet]:
    """What the académie's collèges wait for, by level, size and commune."""
    return await rows_as(Unmet, EVERYWHERE, now)


async def unmet_around(lycee: int, *, now: datetime) -> list[Unmet]:
    """What waits around a lycée, by level, size and distance: no collège is named."""
    return await rows_as(Unmet, AROUND, now, lycee)


def together(parts: Sequence[Unmet], *by: str) -> list[Unmet]:
    """The sums of what is alike in these respects (`level`, `size`, `commune`...), the most classes first.

    What is not asked for is left empty.
    """
    nothing: dict[str, Any] = {"level": "", "size": 0, "department": "", "commune": "", "km": 0}
    sums: dict[tuple[Any, ...], list[Unmet]] = {}
    for one in parts:
        sums.setdefault(tuple(getattr(one, name) for name in by), []).append(one)
    found = [
        Unmet(
            **nothing | dict(zip(by, key, strict=True)),
            classes=sum(one.classes for one in alike),
            pupils=sum(one.pupils for one in alike),
            waiting=sum(one.waiting for one in alike),
        )
        for key, alike in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.classes, one.level, one.size, one.department, one.commune, one.km))
