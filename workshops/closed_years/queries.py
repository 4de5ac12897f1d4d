"""Which school years are frozen, as what, what was corrected since, and a school as the year counts it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.database.row_types import rows_as

_FACTS = ("department", "priority", "rural", "lat", "lon")
THEN = f"""(
  SELECT now_.id, now_.uai, now_.name, now_.commune,
    {", ".join(f"CASE WHEN then_.id IS NULL THEN now_.{one} ELSE then_.{one} END AS {one}" for one in _FACTS)}
  FROM schools now_ LEFT JOIN school_facts then_ ON then_.school = now_.id AND then_.school_year = {{year}}
  WHERE now_.id = {{school}})"""  # noqa: S608 - names of columns only
"""To be joined LATERAL in place of `schools`: `{school}` is its number, `{year}` the school year (2026 is 2026-27)."""
YEAR_OF = "extract(year FROM ({at} AT TIME ZONE 'Europe/Paris') - interval '7 months')::int"
"""The school year of an instant: it turns on 1 August."""
# The public collèges that are known in a year: those of its closing, or of today while it is not closed.
KNOWN_THEN = """(
  SELECT now_.id, now_.uai, now_.name, now_.commune, coalesce(then_.department, now_.department) AS department,
    coalesce(then_.priority, now_.priority) AS priority, now_.mail, now_.kind,
    CASE WHEN then_.id IS NULL THEN now_.rural ELSE then_.rural END AS rural,
    CASE WHEN then_.id IS NULL THEN now_.lat ELSE then_.lat END AS lat,
    CASE WHEN then_.id IS NULL THEN now_.lon ELSE then_.lon END AS lon,
    CASE WHEN closed_.id IS NULL THEN NOT now_.closed ELSE coalesce(then_.counted, false) END AS counted
  FROM schools now_ LEFT JOIN closed_years closed_ ON closed_.school_year = {year}
  LEFT JOIN school_facts then_ ON then_.school = now_.id AND then_.school_year = closed_.school_year
  WHERE now_.kind = 'college' AND now_.sector = 'public' AND now_.part_of IS NULL OR then_.counted)"""
"""To be read in place of `schools`: `counted` says whether it is one of them; `{year}` is the school year's first."""
FROZEN = "SELECT school_year, frozen_at, at_upgrade, reopened FROM closed_years ORDER BY school_year"
CORRECTIONS = """
SELECT c.school_year, c.programme, c."of", c.about, c.what, c.was, c.becomes, c.reason, c.school,
  coalesce(h.name || ', ' || h.commune, '') AS school_name, c.at
FROM year_corrections c LEFT JOIN schools h ON h.id = c.school
WHERE ($1::int IS NULL OR c.school_year = $1) AND ($2::varchar IS NULL OR (c."of" = $2 AND c.about = $3::int))
ORDER BY c.at, c.id
"""
FIGURES = "SELECT school_year, programme, metric, figure FROM year_figures ORDER BY school_year, programme, metric"


class FrozenYear(Struct, frozen=True):
    """A school year that is frozen; `at_upgrade`: with the facts of the day of an upgrade, it was closed before."""

    school_year: int
    frozen_at: datetime
    at_upgrade: bool
    reopened: bool


class YearCorrection(Struct, frozen=True):
    """One line that changed what a closed year counts, with its reason; without a lycée, the coordination did it."""

    school_year: int
    programme: str
    of: str
    about: int
    what: str
    was: str
    becomes: str
    reason: str
    school: int | None
    school_name: str
    at: datetime


class FrozenFigure(Struct, frozen=True):
    """What a metric counted of a year on the day of its closing."""

    school_year: int
    programme: str
    metric: str
    figure: int


async def frozen_years() -> dict[int, FrozenYear]:
    """The school years that are frozen, by their first calendar year."""
    return {one.school_year: one for one in await rows_as(FrozenYear, FROZEN)}


async def frozen_year(first: int) -> FrozenYear | None:
    """The school year that begins in `first`, if it is frozen."""
    return (await frozen_years()).get(first)


async def corrections(
    *, year: int | None = None, cohort: int | None = None, course: int | None = None
) -> list[YearCorrection]:
    """What was corrected since the closing, of a year, a cohort or a course, or of all of them; the first one first."""
    of = "cohort" if cohort is not None else "course" if course is not None else None
    return await rows_as(YearCorrection, CORRECTIONS, year, of, cohort if cohort is not None else course)


async def frozen_figures() -> list[FrozenFigure]:
    """The figures of every frozen year, as they were on the day of its closing."""
    return await rows_as(FrozenFigure, FIGURES)
