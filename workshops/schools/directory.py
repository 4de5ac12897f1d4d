"""Bring the schools up to date from the official annuaire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from workshops.database import rows, transaction
from workshops.schools.read_annuaire import read_annuaire

CHUNK = 100

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

KNOWN = "SELECT uai FROM schools WHERE uai = ANY ($1::varchar[])"


@dataclass(frozen=True)
class Imported:
    """What an import did: schools added, schools brought up to date, lines that are another kind of place."""

    added: int
    updated: int
    ignored: int


@dataclass(frozen=True)
class Foreseen:
    """What an import would do, and the names of the schools that it would add."""

    added: list[str]
    updated: int
    ignored: int


async def foresee_directory(content: bytes) -> Foreseen:
    """Read an official file and store nothing: what importing it would do. Raises FileRefused."""
    lines, ignored = read_annuaire(content)
    known = {one["uai"] for one in await rows(KNOWN, [line.uai for line in lines])}
    added = [f"{line.name}, {line.commune} ({line.uai})" for line in lines if line.uai not in known]
    return Foreseen(added=added, updated=len(lines) - len(added), ignored=ignored)


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
