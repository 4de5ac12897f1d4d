"""The public collèges with what of each class has been received, from the sums that closed visits leave."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from asyncpg import Record
from msgspec import Struct

from workshops.acts.plain_words import holds, patterns
from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import KNOWN_THEN
from workshops.coverage.rules import LEVELS_COUNTED, PUPILS_A_CLASS, ClassCover, LevelClasses
from workshops.database import rows, value
from workshops.database.row_types import rows_as
from workshops.schools.rules import LEVELS
from workshops.scope import EVERYTHING, Scope, within_codes

# A cohort's years: its level this year, and what it was in the years before, down to 5e.
_YEARS = ", ".join(
    f"('{level}', '{LEVELS_COUNTED[at - back]}', {back})"
    for at, level in enumerate(LEVELS_COUNTED)
    for back in range(at + 1)
)
_PUBLIC = "c.kind = 'college' AND c.sector = 'public' AND c.part_of IS NULL AND NOT c.closed"
_WORDS = holds("concat_ws(' ', c.name, c.commune, c.uai)", "$3::text[]")
_COVER = f"""
WITH received AS (
  SELECT t.college, y.level, sum(t.pupils)::int AS pupils
  FROM (VALUES {_YEARS}) y (level, was, back)
  JOIN tallies t ON t.span = 'year' AND t.by = 'class' AND t.key = y.was
    AND t.begins = make_date($1::int - y.back, 8, 1)
  GROUP BY t.college, y.level
)
SELECT c.id, c.uai, c.name, c.commune, c.department, c.priority, c.rural, c.lat, c.lon, c.counted,
  {
    ", ".join(
        f'''max(h.pupils) FILTER (WHERE h.level = '{level}') AS enrolled_{level},
  coalesce(max(r.pupils) FILTER (WHERE r.level = '{level}'), 0) AS received_{level}'''
        for level in LEVELS_COUNTED
    )
},
  coalesce(bool_or(h.example), false) AS example
FROM {KNOWN_THEN.format(year="$1::int")} c
CROSS JOIN unnest(ARRAY{list(LEVELS_COUNTED)}) l (level)
LEFT JOIN head_counts h ON h.school = c.id AND h.school_year = $1 AND h.level = l.level
LEFT JOIN received r ON r.college = c.id AND r.level = l.level
WHERE (c.counted OR c.id = ANY ($5::int[]))
  AND {within_codes("c.department", 2)} AND ($4::varchar IS NULL OR c.department = $4) AND {_WORDS}
GROUP BY c.id, c.uai, c.name, c.commune, c.department, c.priority, c.rural, c.lat, c.lon, c.counted
"""  # noqa: S608 - constants only
COVERAGE = f"""
{_COVER} ORDER BY greatest(max(h.pupils) FILTER (WHERE h.level = '3e')
  - coalesce(max(r.pupils) FILTER (WHERE r.level = '3e'), 0), 0) DESC NULLS LAST, c.name, c.id
"""
# Of each collège no more than its own pupils count, as in together().
AREAS = f"""
SELECT c.department AS code, coalesce(d.name, c.department) AS name, count(*)::int AS colleges,
  avg(c.lat) AS lat, avg(c.lon) AS lon,
  {
    ", ".join(
        f'''sum(c.enrolled_{level})::int AS enrolled_{level},
  coalesce(sum(least(c.received_{level}, c.enrolled_{level})) FILTER (WHERE c.enrolled_{level} IS NOT NULL), 0)::int
    AS received_{level}'''
        for level in LEVELS_COUNTED
    )
},
  count(*) FILTER (WHERE c.enrolled_3e IS NULL)::int AS uncounted,
  count(*) FILTER (WHERE c.enrolled_3e > c.received_3e)::int AS leave, bool_or(c.example) AS example
FROM ({_COVER}) c LEFT JOIN departments d ON d.code = c.department
GROUP BY c.department, d.name ORDER BY name, c.department
"""  # noqa: S608 - constants only
UNCOUNTED = f"""SELECT count(*) FROM schools c WHERE {_PUBLIC} AND NOT EXISTS (
  SELECT FROM head_counts h WHERE h.school = c.id AND h.school_year = $1 AND h.level = '{LEVELS_COUNTED[-1]}')"""  # noqa: S608 - constants only
YEARS_KNOWN = (
    "SELECT school_year, bool_or(example) AS example FROM head_counts GROUP BY school_year ORDER BY school_year"
)

# Of a collège's number of classes its latest head count speaks, until that of the year is published.
_PUPILS = """(SELECT pupils_told.pupils FROM head_counts pupils_told WHERE pupils_told.school = {school}
  AND pupils_told.level = {level} AND pupils_told.school_year <= {year}
  ORDER BY pupils_told.school_year DESC LIMIT 1)"""
_SAID = """(SELECT class_told.classes FROM class_numbers class_told
  WHERE class_told.school = {school} AND class_told.level = {level})"""


def classes_known(school: str, level: str, year: str) -> str:
    """A statement that gives the `classes` of a collège's level in a school year, as `classes_of` counts them; no row
    where nothing is known."""
    told = {"school": school, "level": level, "year": year}
    # OFFSET 0: each of the two is read once.
    return f"""SELECT greatest(1, ceil(class_facts.pupils / {PUPILS_A_CLASS}.0)::int, class_facts.said) AS classes
  FROM (SELECT {_PUPILS.format(**told)} AS pupils, {_SAID.format(**told)} AS said OFFSET 0) class_facts
  WHERE class_facts.pupils IS NOT NULL OR class_facts.said IS NOT NULL"""  # noqa: S608 - the acts' own words


LEVELS_OF = f"""SELECT asked.level, {_PUPILS.format(school="$1", level="asked.level", year="$2")} AS pupils,
  {_SAID.format(school="$1", level="asked.level")} AS said
FROM unnest($3::varchar[]) WITH ORDINALITY AS asked (level, place) ORDER BY asked.place"""  # noqa: S608 - constants only


class _Cover(Struct, frozen=True, kw_only=True):
    """Where it is, and its cohorts of 5e, 4e and 3e. `example`: some of its head counts are invented."""

    name: str
    lat: float | None
    lon: float | None
    example: bool
    cohorts: tuple[ClassCover, ...]

    @property
    def leaving(self) -> ClassCover:
        """Those who leave this year."""
        return self.cohorts[-1]


class CollegeCover(_Cover, frozen=True, kw_only=True):
    """A public collège; `counted`: it is one of those known in that year, not one that only came."""

    id: int
    uai: str
    commune: str
    department: str
    priority: str
    rural: bool | None
    counted: bool


class AreaCover(_Cover, frozen=True, kw_only=True):
    """The public collèges of a département together; their middle.

    Of them `uncounted` have no head count for that year, `leave` see pupils leave without.
    """

    code: str
    colleges: int
    uncounted: int
    leave: int


Cover = TypeVar("Cover", CollegeCover, AreaCover)

_areas: VersionedCache[list[AreaCover]] = VersionedCache(size=4, figures=True)


async def coverage_by_area(school_year: int) -> list[AreaCover]:
    """The same of a country, a line for each département, by their names; kept while no figure of it is written."""

    async def ask() -> list[AreaCover]:
        found = await rows(AREAS, school_year, EVERYTHING.departments, [], None, [])
        return [_cover(AreaCover, one) for one in found]

    return await _areas.answer(school_year, ask, lycee="")


async def coverage(
    school_year: int, *, scope: Scope, department: str | None = None, words: str = "", also: Collection[int] = ()
) -> list[CollegeCover]:
    """The public collèges of a scope's départements in a school year (2026 is 2026-2027), and those of `also`: those
    whose 3e leaves the most pupils without first.

    A collège without this year's head count comes last: what another year said is never carried over. One statement.
    """
    found = await rows(COVERAGE, school_year, scope.departments, patterns(words), department, list(also))
    return [_cover(CollegeCover, one) for one in found]


def _cover(shape: type[Cover], one: Record) -> Cover:
    named = {name: one[name] for name in shape.__struct_fields__ if name != "cohorts"}
    cohorts = (ClassCover(level, one[f"enrolled_{level}"], one[f"received_{level}"]) for level in LEVELS_COUNTED)
    return shape(**named, cohorts=tuple(cohorts))


async def uncounted(school_year: int) -> int:
    """How many public collèges have no head count of their 3e in a school year, as coverage() tells them."""
    return int(await value(UNCOUNTED, school_year))


async def years_counted() -> dict[int, bool]:
    """The school years whose head counts are known, and whether they are invented."""
    return {one["school_year"]: one["example"] for one in await rows(YEARS_KNOWN)}


async def classes_of_college(college: int, school_year: int) -> list[LevelClasses]:
    """How many classes of each level a collège has in a school year, the youngest pupils first."""
    return await rows_as(LevelClasses, LEVELS_OF, college, school_year, list(LEVELS))
