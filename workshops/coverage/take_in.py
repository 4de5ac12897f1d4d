"""Take in a year's head counts: read the file, say what it would change, keep it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from workshops.closed_years.correct import correct_head_counts, recording
from workshops.coverage.read_head_counts import CountedCollege, read_head_counts
from workshops.coverage.tables import HeadCount
from workshops.database import rows, transaction, value
from workshops.events.record import record_by
from workshops.imports.remember import remember
from workshops.school_calendar.rules import year_words

KNOWN = "SELECT uai FROM schools WHERE kind = 'college' AND uai = ANY ($1::varchar[])"
ALREADY = """
SELECT count(DISTINCT school)::int AS schools, coalesce(bool_or(example), false) AS example
FROM head_counts WHERE school_year = $1
"""
KEEP = """
INSERT INTO head_counts (school, school_year, level, pupils, girls, example)
SELECT s.id, $1, told.level, told.pupils, told.girls, $6
FROM unnest($2::varchar[], $3::varchar[], $4::int[], $5::int[]) told (uai, level, pupils, girls)
JOIN schools s ON s.uai = told.uai AND s.kind = 'college'
"""

# The digest tells a collège whose counts changed, also where no sum does.
ENROLLED = """
SELECT school, sum(pupils)::int AS pupils, sum(girls)::int AS girls,
  md5(string_agg(concat_ws(' ', level, pupils, girls), ',' ORDER BY level)) AS digest
FROM head_counts WHERE school_year = $1 GROUP BY school
"""
STORED = """
SELECT jsonb_build_object('school_year', $1::int, 'counts', coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.school, h.level)
  FILTER (WHERE h.school IS NOT NULL), '[]'))
FROM (SELECT school, level, pupils, girls, example FROM head_counts WHERE school_year = $1) h
"""
RESTORE = """
INSERT INTO head_counts (school, school_year, level, pupils, girls, example)
SELECT h.school, ($1::jsonb ->> 'school_year')::int, h.level, h.pupils, h.girls, h.example
FROM jsonb_to_recordset($1::jsonb -> 'counts') h (school int, level varchar, pupils int, girls int, example boolean)
"""
# By collège: its pupils, the girls among them where they were counted, the digest.
Enrolled = Mapping[int, tuple[int, int | None, str]]


class ForeseenCounts(Struct, frozen=True):
    """What a file would bring: pupils by level of the collèges that the register knows, and the numbers it does not.

    `replaced` collèges have head counts for that year already, invented ones when `examples`.
    """

    school_year: int
    colleges: int
    pupils: dict[str, int]
    unknown: list[str]
    replaced: int
    examples: bool


async def foresee_head_counts(content: bytes, school_year: int) -> ForeseenCounts:
    """Read a file and store nothing. Raises FileRefused."""
    counted = read_head_counts(content)
    known = {one["uai"] for one in await rows(KNOWN, [one.uai for one in counted])}
    (already,) = await rows(ALREADY, school_year)
    pupils: dict[str, int] = {}
    for one in counted:
        if one.uai in known:
            for level, told in one.pupils.items():
                pupils[level] = pupils.get(level, 0) + told
    unknown = [one.uai for one in counted if one.uai not in known]
    return ForeseenCounts(school_year, len(known), pupils, unknown, already["schools"], already["example"])


async def take_in_head_counts(
    content: bytes, *, school_year: int, by: int | None, now: datetime, example: bool = False
) -> None:
    """Keep a year's head counts in place of those known for it, whole or not at all. Raises FileRefused."""
    counted = read_head_counts(content)
    async with recording(by=by, school=None, now=now):
        before = await stored(school_year)
        await keep_head_counts(counted, school_year=school_year, by=by, now=now, example=example)
        await remember("head_counts", made=(), before=before, after=await stored(school_year), by=by, now=now)


async def stored(school_year: int) -> str:
    """A year's head counts as they stand, with their year, as JSON."""
    return str(await value(STORED, school_year))


async def take_back_head_counts(before: str) -> None:
    """The year's head counts are again as they were; inside the caller's transaction."""
    year = json.loads(before)["school_year"]
    was = await _enrolled(year)
    await HeadCount.delete().where(HeadCount.school_year == year)
    await rows(RESTORE, before)
    await _correct(year, was, await _enrolled(year))


async def _enrolled(school_year: int) -> Enrolled:
    return {one["school"]: (one["pupils"], one["girls"], one["digest"]) for one in await rows(ENROLLED, school_year)}


async def _correct(school_year: int, was: Enrolled, becomes: Enrolled) -> None:
    changed = sum(was.get(school) != becomes.get(school) for school in was.keys() | becomes.keys())
    if changed:
        where = f" (effectifs changés dans {_colleges(changed)})"
        await correct_head_counts(school_year, _in_words(was), _in_words(becomes) + where)


def _in_words(enrolled: Enrolled) -> str:
    pupils = sum(counted for counted, _, _ in enrolled.values())
    girls = sum(counted or 0 for _, counted, _ in enrolled.values())
    return f"{_colleges(len(enrolled))}, {pupils} élèves" + (f", dont {girls} filles" if girls else "")


def _colleges(count: int) -> str:
    return f"{count} collège" + ("s" if count > 1 else "")


async def keep_head_counts(
    counted: list[CountedCollege], *, school_year: int, by: int | None, now: datetime, example: bool
) -> None:
    """Keep what was read of a school year; a collège that the register does not know is left out."""
    told = [(one.uai, level, pupils, one.girls.get(level)) for one in counted for level, pupils in one.pupils.items()]
    uais, levels, pupils, girls = zip(*told, strict=True)
    async with transaction():
        was = await _enrolled(school_year)
        await HeadCount.delete().where(HeadCount.school_year == school_year)
        await rows(KEEP, school_year, uais, levels, pupils, girls, example)
        await _correct(school_year, was, await _enrolled(school_year))
        detail = year_words(school_year)
        await record_by(by, "head_counts_imported", about_kind="results", about=None, detail=detail, now=now)
