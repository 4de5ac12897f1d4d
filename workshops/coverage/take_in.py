"""Take in a year's head counts: read the file, say what it would change, keep it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from workshops.acts.plain_words import unaccented
from workshops.closed_years.correct import correct_head_counts, recording
from workshops.coverage.tables import HeadCount
from workshops.database import rows, transaction, value
from workshops.events.record import record_by
from workshops.imports.remember import remember
from workshops.school_calendar.rules import year_words
from workshops.schools.rules import FileRefused, is_uai, text_of

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


LEVELS = ("6e", "5e", "4e", "3e")
NUMBERS = {"numerocollege", "numeroducollege", "uai", "numerouai", "codeuai", "identifiantdeletablissement"}
ERRORS_MOST = 200
PUPILS_MOST = 3000


class CountedCollege(Struct, frozen=True):
    """A line of the file: a collège, and its pupils at each level that the file gives; the girls, if it does."""

    uai: str
    pupils: dict[str, int]
    girls: Mapping[str, int] = field(default_factory=dict)


def read_head_counts(content: bytes) -> list[CountedCollege]:
    """The collèges of the file with their pupils by level; a level without a figure is left out, never nought.

    Columns by their names, whatever their accents: the number (UAI), « 6eme_total » to « 3eme_total », and
    « 6eme_filles » to « 3eme_filles » where they are there. Raises FileRefused with every line in error.
    """
    lines = list(csv.reader(io.StringIO(text_of(content), newline=""), delimiter=";"))
    header = [_name(cell) for cell in lines[0]] if lines else []
    number_at = next((at for at, name in enumerate(header) if name in NUMBERS), None)
    level_at = {level: at for level in LEVELS for at, name in enumerate(header) if _is_total(name, level)}
    if number_at is None or not level_at:
        missing = "numero_college" if number_at is None else "3eme_total"
        raise FileRefused(f"colonne absente ({missing}) ; le séparateur est le point-virgule")
    girls_at = {level: at for level in level_at for at, name in enumerate(header) if _is_girls(name, level)}
    found: dict[str, CountedCollege] = {}
    errors: list[str] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cells) or len(errors) > ERRORS_MOST:
            continue
        told = [*cells, *[""] * (len(header) - len(cells))]
        uai = told[number_at].strip().upper()
        pupils = {level: told[at].strip() for level, at in level_at.items() if told[at].strip()}
        if wrong := _wrong(uai, pupils, twice=uai in found):
            errors.append(f"ligne {number} : {wrong}")
        else:
            counts = {level: int(told) for level, told in pupils.items()}
            apart = {level: told[at].strip() for level, at in girls_at.items() if level in counts}
            girls = {level: int(girls) for level, girls in apart.items() if _are_some(girls, counts[level])}
            found[uai] = CountedCollege(uai, counts, girls)
    if errors:
        raise FileRefused(*errors)
    if not found:
        raise FileRefused("le fichier ne contient aucun collège")
    return list(found.values())


def _wrong(uai: str, pupils: dict[str, str], *, twice: bool) -> str:
    if not is_uai(uai):
        return f"« {uai[:20]} » n'est pas un UAI"
    if twice:
        return f"{uai} a déjà une ligne"
    for level, told in pupils.items():
        if not (told.isascii() and told.isdigit() and int(told) <= PUPILS_MOST):
            return f"« {told[:20]} » n'est pas un nombre d'élèves de {level}"
    return ""


def _name(cell: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unaccented(cell))


def _are_some(girls: str, pupils: int) -> bool:
    """Whether a cell tells so many girls of so many pupils: what is left empty, or cannot be, is not known."""
    return girls.isascii() and girls.isdigit() and int(girls) <= pupils


def _is_girls(name: str, level: str) -> bool:
    return re.fullmatch(rf"{level}(me)?s?filles", name) is not None


def _is_total(name: str, level: str) -> bool:
    return re.fullmatch(rf"{level}(me)?s?total", name) is not None
