"""The public collèges behind a count, which came in a period and which did not; the shares of all their pupils, beside
which a share of those received means something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from asyncpg import Record
from msgspec import Struct

from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import KNOWN_THEN
from workshops.database import rows
from workshops.equity.queries import SETTING, Received
from workshops.school_calendar.rules import paris_instant, school_year_of, year_words

# $1, $2 the period; $3 to $6 what is asked, null for all; $7, $8 the page; $9 the school year of the
# period's last day.
PUBLIC = f"""
SELECT c.id, c.uai, c.name, c.commune, c.department, c.priority, c.rural, came.pupils,
       count(*) OVER ()::int AS colleges, (count(*) FILTER (WHERE came.pupils > 0) OVER ())::int AS came,
       (sum(came.pupils) OVER ())::int AS received, (sum(came.declared) OVER ())::int AS declared
FROM {KNOWN_THEN.format(year="$9::int")} c CROSS JOIN LATERAL (
  SELECT coalesce(sum(r.pupils), 0)::int AS pupils,
         coalesce(sum(r.pupils) FILTER (WHERE r.declared), 0)::int AS declared FROM received r
  WHERE r.college = c.id AND r.starts_at >= $1 AND r.starts_at < $2) came
WHERE (c.counted OR came.pupils > 0)
  AND ($3::varchar IS NULL OR c.department = $3) AND ($4::varchar[] IS NULL OR c.priority = ANY ($4))
  AND ($5::varchar IS NULL OR {SETTING} = $5) AND ($6::boolean IS NULL OR (came.pupils > 0) = $6)
ORDER BY c.department, c.commune, c.name, c.id LIMIT $7 OFFSET $8
"""  # noqa: S608 - constants only


class CollegesAsked(Struct, frozen=True):
    """Which public collèges to list: what is empty leaves all in. `came`: those that did, or those that did not."""

    department: str = ""
    priorities: tuple[str, ...] = ()
    setting: str = ""
    came: bool | None = None


class CollegeLine(Struct, frozen=True):
    """A public collège, and its pupils received in the period."""

    id: int
    uai: str
    name: str
    commune: str
    department: str
    priority: str
    rural: bool | None
    pupils: int


class CountedColleges(Struct, frozen=True):
    """A page of public collèges, by département and commune; how many there are in all, came, and with how many.

    `declared` of these pupils are those of past visits.
    """

    lines: list[CollegeLine]
    colleges: int = 0
    came: int = 0
    pupils: int = 0
    declared: int = 0


async def public_colleges(
    asked: CollegesAsked, *, from_on: date, to_on: date, limit: int = 100, after: int = 0
) -> CountedColleges:
    """The public collèges that a count of equity tells of, in a period (both days included): one statement."""
    found = await rows(
        PUBLIC,
        *(paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())),
        *(asked.department or None, list(asked.priorities) or None, asked.setting or None, asked.came),
        *(limit, after, school_year_of(to_on)),
    )
    if not found:
        return CountedColleges([])
    told = ("colleges", "came", "received", "declared")
    lines = [CollegeLine(**{name: it for name, it in one.items() if name not in told}) for one in found]
    return CountedColleges(lines, *(found[0][name] for name in told))


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
