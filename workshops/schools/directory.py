"""Bring the schools up to date from the official annuaire.

An extract of the annuaire is taken back: the schools that it added go, the others are again as they were.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import asdict, fields

from workshops.database import Rows, rows, transaction, value
from workshops.schools.read_annuaire import Annuaire, AnnuaireLine, Progress, read_annuaire

CHUNK = 100
# What the file says of a school itself.
TOLD = tuple(
    one.name for one in fields(AnnuaireLine) if one.name not in {"uai", "whole", "academie", "department_name"}
)

UPSERT = """
INSERT INTO schools (uai, name, kind, sector, contract, address, postcode, commune, insee, department, lat, lon,
                     phone, mail, web, priority, zone, has_segpa, vocational, closed)
SELECT uai, name, kind, sector, contract, address, postcode, commune, insee, department, lat, lon,
       phone, mail, web, priority, zone, has_segpa, vocational, closed
FROM jsonb_populate_recordset(NULL::schools, $1::jsonb)
ON CONFLICT (uai) DO UPDATE SET
  name = excluded.name, kind = excluded.kind, sector = excluded.sector, contract = excluded.contract,
  address = excluded.address, postcode = excluded.postcode, commune = excluded.commune, insee = excluded.insee,
  department = excluded.department, lat = excluded.lat, lon = excluded.lon, phone = excluded.phone,
  mail = excluded.mail, web = excluded.web, priority = excluded.priority, zone = excluded.zone,
  has_segpa = excluded.has_segpa, vocational = excluded.vocational, closed = excluded.closed
RETURNING (xmax = 0) AS added
"""

# A section of a lycée (SEP, SGT) has its own UAI and names the lycée that it belongs to.
ATTACH = """
UPDATE schools SET part_of = whole.id
FROM unnest($1::varchar[], $2::varchar[]) AS link (uai, whole_uai) LEFT JOIN schools whole ON whole.uai = whole_uai
WHERE schools.uai = link.uai AND schools.part_of IS DISTINCT FROM whole.id
"""

# A département keeps the name that a file once gave it, where another file gives none.
NAME = """
INSERT INTO departments (code, name, academie) SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::varchar[])
ON CONFLICT (code) DO UPDATE SET
  name = CASE excluded.name WHEN excluded.code THEN departments.name ELSE excluded.name END,
  academie = excluded.academie
"""
_NAMED = "concat_ws(', ', name, nullif(commune, '')) || ' (' || uai || ')'"
CLOSE = f"UPDATE schools SET closed = true WHERE uai = ANY ($1::varchar[]) AND NOT closed RETURNING {_NAMED} AS school"  # noqa: S608 - constants only
TO_CLOSE = f"SELECT {_NAMED} AS school FROM schools WHERE uai = ANY ($1::varchar[]) AND NOT closed ORDER BY uai"  # noqa: S608
# The schools of the file's académies that it says nothing of.
MISSING = f"""
SELECT uai, {_NAMED} AS school FROM schools
WHERE NOT closed AND uai <> ALL ($1::varchar[])
  AND department IN (SELECT code FROM departments WHERE academie = ANY ($2::varchar[])) ORDER BY uai
"""  # noqa: S608 - constants only

# Both as the database writes them, so that what is the same compares as the same.
DIFFERING = """
SELECT told.uai, to_jsonb(known) AS before, to_jsonb(told) AS after
FROM jsonb_populate_recordset(NULL::schools, $1::jsonb) told LEFT JOIN schools known ON known.uai = told.uai
ORDER BY told.uai
"""


class Imported(Struct, frozen=True):
    """What an import did: schools added, schools brought up to date, lines that are another kind of place.

    `elsewhere` counts the lines of académies that are not kept. `closed` names the schools that the file says closed;
    `missing` those that it does not hold: closed too where that was asked for.
    """

    added: int
    updated: int
    ignored: int
    elsewhere: int = 0
    closed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class FieldChange(Struct, frozen=True):
    """A field of the annuaire as it is stored and as the file says it."""

    name: str
    before: object
    after: object


class SchoolChange(Struct, frozen=True):
    """A school that the file says otherwise."""

    school: str
    fields: tuple[FieldChange, ...]


class ForeseenSchools(Struct, frozen=True):
    """What an import would do: the names of the schools that it would add, what it would change of those known.

    `closed` names those that it would note as closed; `elsewhere` counts the lines of académies that are not kept.
    """

    added: list[str]
    changed: list[SchoolChange]
    unchanged: int
    ignored: int
    elsewhere: int
    closed: list[str]


async def foresee_directory(content: bytes, *, keep: Collection[str] = ()) -> ForeseenSchools:
    """Read an official file and store nothing: what importing it would do. Raises FileRefused."""
    read = read_annuaire(content, keep=keep)
    added, changed = [], []
    for one in await rows(DIFFERING, json.dumps([asdict(line) for line in read.lines])):
        after = json.loads(one["after"])
        named = f"{after['name']}, {after['commune']} ({after['uai']})"
        if one["before"] is None:
            added.append(named)
        elif differing := _differing(json.loads(one["before"]), after):
            changed.append(SchoolChange(named, differing))
    return ForeseenSchools(
        added=added,
        changed=changed,
        unchanged=len(read.lines) - len(added) - len(changed),
        ignored=read.ignored,
        elsewhere=read.elsewhere,
        closed=[one["school"] for one in await rows(TO_CLOSE, read.closed)],
    )


def _differing(before: dict[str, object], after: dict[str, object]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(name, before[name], after[name]) for name in TOLD if before[name] != after[name])


async def store_directory(
    read: Annuaire, *, close_missing: bool | None = None, progress: Progress | None = None
) -> Imported:
    """The schools of a file that was read, wholly or not at all; a school that opens again is no longer closed.

    `close_missing`: the file is a whole one, so that a school which it does not hold is told (False) or closed (True);
    None: an extract says nothing of the others.
    """
    lines = read.lines
    added = 0
    async with transaction():
        names = {line.department: (line.department_name or line.department, line.academie) for line in lines}
        await rows(NAME, list(names), *([one[part] for one in names.values()] for part in (0, 1)))
        for start in range(0, len(lines), CHUNK):
            chunk = lines[start : start + CHUNK]
            stored = await rows(UPSERT, json.dumps([asdict(line) for line in chunk]))
            added += sum(one["added"] for one in stored)
            if progress is not None:
                progress(start + len(chunk), len(lines))
        await rows(ATTACH, [line.uai for line in lines], [line.whole for line in lines])
        closed = [one["school"] for one in await rows(CLOSE, read.closed)]
        missing: Rows = []
        if close_missing is not None:
            missing = await rows(MISSING, [line.uai for line in lines], read.academies)
        if close_missing:
            await rows(CLOSE, [one["uai"] for one in missing])
    return Imported(
        added=added,
        updated=len(lines) - added,
        ignored=read.ignored,
        elsewhere=read.elsewhere,
        closed=tuple(sorted(closed)),
        missing=tuple(one["school"] for one in missing),
    )


_FIELDS = (*TOLD, "part_of")
STORED = f"""SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.id), '[]')
FROM (SELECT id, uai, {", ".join(_FIELDS)} FROM schools WHERE uai = ANY ($1::varchar[])) s"""  # noqa: S608 - constants only
RESTORE = f"""
UPDATE schools s SET {", ".join(f"{name} = was.{name}" for name in _FIELDS)}
FROM jsonb_populate_recordset(NULL::schools, $1::jsonb) was WHERE s.id = was.id RETURNING s.id
"""  # noqa: S608 - constants only
CHANGED_SINCE = f"""
SELECT count(*) FROM jsonb_populate_recordset(NULL::schools, $1::jsonb) told LEFT JOIN schools s ON s.id = told.id
WHERE ({", ".join(f"s.{name}" for name in _FIELDS)}) IS DISTINCT FROM ({", ".join(f"told.{name}" for name in _FIELDS)})
"""  # noqa: S608 - constants only
REMOVE = "DELETE FROM schools WHERE id = ANY ($1::int[])"


async def stored(uais: Sequence[str]) -> str:
    """The schools of these UAI as they stand, as JSON."""
    return str(await value(STORED, list(uais)))


def added_between(before: str, after: str) -> list[int]:
    """The numbers of the schools that are in the second and not in the first."""
    known = {one["id"] for one in json.loads(before)}
    return [one["id"] for one in json.loads(after) if one["id"] not in known]


async def changed_since(after: str) -> int:
    """How many of these schools are no longer as the import left them."""
    return int(await value(CHANGED_SINCE, after))


async def take_back_schools(made: Sequence[int], before: str) -> None:
    """Inside the caller's transaction; the schools `made` have nothing that hangs on them."""
    await rows(RESTORE, before)
    await rows(REMOVE, list(made))
