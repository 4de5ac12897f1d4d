"""Bring the schools up to date from the official annuaire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

from workshops.database import rows, transaction
from workshops.schools.read_annuaire import Line, read_annuaire

CHUNK = 100
# What the file says of a school, but for the lycée that a section belongs to.
TOLD = tuple(field.name for field in fields(Line) if field.name not in {"uai", "whole"})

UPSERT = """
INSERT INTO schools (uai, name, kind, sector, contract, address, postcode, commune, insee, department, lat, lon,
                     phone, mail, web, priority, zone, has_segpa)
SELECT uai, name, kind, sector, contract, address, postcode, commune, insee, department, lat, lon,
       phone, mail, web, priority, zone, has_segpa
FROM jsonb_populate_recordset(NULL::schools, $1::jsonb)
ON CONFLICT (uai) DO UPDATE SET
  name = excluded.name, kind = excluded.kind, sector = excluded.sector, contract = excluded.contract,
  address = excluded.address, postcode = excluded.postcode, commune = excluded.commune, insee = excluded.insee,
  department = excluded.department, lat = excluded.lat, lon = excluded.lon, phone = excluded.phone,
  mail = excluded.mail, web = excluded.web, priority = excluded.priority, zone = excluded.zone,
  has_segpa = excluded.has_segpa
RETURNING (xmax = 0) AS added
"""

# A section of a lycée (SEP, SGT) has its own UAI and names the lycée that it belongs to.
ATTACH = """
UPDATE schools SET part_of = whole.id
FROM unnest($1::varchar[], $2::varchar[]) AS link (uai, whole_uai) LEFT JOIN schools whole ON whole.uai = whole_uai
WHERE schools.uai = link.uai AND schools.part_of IS DISTINCT FROM whole.id
"""

# Both as the database writes them, so that what is the same compares as the same.
DIFFERING = """
SELECT told.uai, to_jsonb(known) AS before, to_jsonb(told) AS after
FROM jsonb_populate_recordset(NULL::schools, $1::jsonb) told LEFT JOIN schools known ON known.uai = told.uai
ORDER BY told.uai
"""


@dataclass(frozen=True)
class Imported:
    """What an import did: schools added, schools brought up to date, lines that are another kind of place."""

    added: int
    updated: int
    ignored: int


@dataclass(frozen=True)
class FieldChange:
    """A field of the annuaire as it is stored and as the file says it."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class SchoolChange:
    """A school that the file says otherwise."""

    school: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Foreseen:
    """What an import would do: the names of the schools that it would add, what it would change of those known."""

    added: list[str]
    changed: list[SchoolChange]
    unchanged: int
    ignored: int


async def foresee_directory(content: bytes) -> Foreseen:
    """Read an official file and store nothing: what importing it would do. Raises FileRefused."""
    lines, ignored = read_annuaire(content)
    added, changed = [], []
    for one in await rows(DIFFERING, json.dumps([asdict(line) for line in lines])):
        after = json.loads(one["after"])
        named = f"{after['name']}, {after['commune']} ({after['uai']})"
        if one["before"] is None:
            added.append(named)
        elif differing := _differing(json.loads(one["before"]), after):
            changed.append(SchoolChange(named, differing))
    return Foreseen(added=added, changed=changed, unchanged=len(lines) - len(added) - len(changed), ignored=ignored)


def _differing(before: dict[str, object], after: dict[str, object]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(name, before[name], after[name]) for name in TOLD if before[name] != after[name])


async def import_directory(content: bytes, *, progress: Callable[[int, int], None] | None = None) -> Imported:
    """Bring the schools up to date from the official file; one line in error, and nothing is stored.

    `progress` is told how many lines are done, out of how many. Raises FileRefused.
    """
    lines, ignored = read_annuaire(content)
    added = 0
    async with transaction():
        for start in range(0, len(lines), CHUNK):
            chunk = lines[start : start + CHUNK]
            stored = await rows(UPSERT, json.dumps([asdict(line) for line in chunk]))
            added += sum(one["added"] for one in stored)
            if progress is not None:
                progress(start + len(chunk), len(lines))
        await rows(ATTACH, [line.uai for line in lines], [line.whole for line in lines])
    return Imported(added=added, updated=len(lines) - added, ignored=ignored)
