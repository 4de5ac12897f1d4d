"""Which collèges came in a period; the shares of all their pupils, beside which a share of those received means
something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from asyncpg import Record
from msgspec import Struct

from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import KNOWN_THEN
from workshops.database import rows
from workshops.equity.queries import SETTING, Received
from workshops.school_calendar.rules import year_words
from workshops.tallies.queries import TALLIED, sums_of

CAME = f"SELECT told.college, told.pupils FROM ({TALLIED}) told WHERE told.pupils > 0"  # noqa: S608 - constants only


async def came_in(from_on: date, to_on: date) -> dict[int, int]:
    """The pupils received of each collège in a period, both days included; those of which none came are left out."""
    found = await rows(CAME, *(await sums_of(from_on, to_on)).by("college"))
    return {one["college"]: one["pupils"] for one in found}


# $1 the latest school year that may be read: of those counted, the last one up to it. A closed year's collèges are as
# they were at its closing.
ALL_PUPILS = f"""
WITH counted AS (SELECT max(school_year) AS year FROM head_counts WHERE school_year <= $1)
SELECT grouping(c.department, c.priority, setting.of) AS by,
  coalesce(c.department, c.priority, setting.of, '') AS key, counted.year, sum(h.pupils)::int AS pupils,
  coalesce(sum(h.pupils) FILTER (WHERE h.girls IS NOT NULL), 0)::int AS apart,
  coalesce(sum(h.girls), 0)::int AS girls, count(DISTINCT c.id)::int AS colleges, bool_or(h.example) AS example
FROM counted CROSS JOIN LATERAL {KNOWN_THEN.format(year="counted.year")} c
JOIN head_counts h ON h.school = c.id AND h.school_year = counted.year
CROSS JOIN LATERAL (SELECT {SETTING} AS of) setting
GROUP BY counted.year, GROUPING SETS ((c.department), (c.priority), (setting.of), ()) ORDER BY by, key
"""  # noqa: S608 - constants only
_BY = {"departments": 0b011, "priorities": 0b101, "settings": 0b110}
_WHOLE = 0b111


class BaseRates(Struct, frozen=True):
    """All pupils of the collèges whose head counts are known in a school year (2026 is 2026-2027), shared out.

    `apart` are those of whom girls are told apart; `example`: some counts are invented.
    """

    school_year: int
    colleges: int
    pupils: int
    apart: int
    girls: int
    example: bool
    by: Mapping[str, Mapping[str, int]]

    @property
    def year(self) -> str:
        """« 2026-2027 »."""
        return year_words(self.school_year)

    @property
    def of_girls(self) -> int | None:
        """The per cent of girls; None where no file told them apart."""
        return round(100 * self.girls / self.apart) if self.apart else None

    def share(self, name: str, *keys: str) -> int:
        """The per cent of all pupils under some keys of a heading, such as priorities."""
        return round(100 * sum(self.by[name].get(key, 0) for key in keys) / self.pupils) if self.pupils else 0


_kept: VersionedCache[BaseRates | None] = VersionedCache(size=8, figures=True)


async def base_rates(school_year: int) -> BaseRates | None:
    """Those of a school year, else of the last one before it that was counted; None where none was."""

    async def ask() -> BaseRates | None:
        return _rates(await rows(ALL_PUPILS, school_year))

    return await _kept.answer(school_year, ask, lycee="")


def _rates(found: Sequence[Record]) -> BaseRates | None:
    whole = next((one for one in found if one["by"] == _WHOLE), None)
    if whole is None:
        return None
    named = {name: {one["key"]: one["pupils"] for one in found if one["by"] == by} for name, by in _BY.items()}
    told = {name: whole[name] for name in ("colleges", "pupils", "apart", "girls", "example")}
    return BaseRates(whole["year"], **told, by=named)


def share_of(one: Received, whole: Received) -> int | None:
    """The per cent of all who were received that came under a heading; None while nobody was."""
    return round(100 * one.pupils / whole.pupils) if whole.pupils else None
