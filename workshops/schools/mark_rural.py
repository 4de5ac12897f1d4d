"""Say which schools stand in the country: by hand, or from Insee's density grid."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from workshops.acts import Act
from workshops.database import rows, transaction, value
from workshops.database.row_types import rows_as
from workshops.events.record import record
from workshops.imports.remember import remember
from workshops.refusals import NotFound
from workshops.schools.rules import FileRefused, text_of
from workshops.schools.tables import School

# Insee's grid in 7 levels: bourgs ruraux, rural à habitat dispersé, rural à habitat très dispersé.
RURAL_LEVELS = {"5", "6", "7"}
LEVELS = {"1", "2", "3", "4", *RURAL_LEVELS}
COLUMNS = ("CODGEO", "DENS")
COMMUNES_MOST = 40_000
ERRORS_MOST = 200
SAID = {True: "rural", False: "urbain", None: "non renseigné"}

MARK_BY_COMMUNE = """
UPDATE schools SET rural = grid.rural FROM unnest($1::varchar[], $2::boolean[]) AS grid (insee, rural)
WHERE schools.insee = grid.insee AND schools.insee <> '' AND schools.rural IS DISTINCT FROM grid.rural
RETURNING schools.id
"""
FORESEE = """
SELECT name || ', ' || commune || ' (' || uai || ')' AS school, schools.rural AS before, grid.rural AS after
FROM schools JOIN unnest($1::varchar[], $2::boolean[]) AS grid (insee, rural)
  ON schools.insee = grid.insee AND schools.insee <> '' AND schools.rural IS DISTINCT FROM grid.rural
ORDER BY name, uai
"""
STORED = """SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM (
  SELECT id, rural FROM schools WHERE insee = ANY ($1::varchar[]) AND insee <> '' ORDER BY id) s"""
CHANGED_SINCE = """SELECT count(*) FROM jsonb_to_recordset($1::jsonb) told (id int, rural boolean)
LEFT JOIN schools s ON s.id = told.id WHERE s.rural IS DISTINCT FROM told.rural"""
RESTORE = """UPDATE schools SET rural = was.rural
FROM jsonb_to_recordset($1::jsonb) was (id int, rural boolean) WHERE schools.id = was.id"""
UNKNOWN = "SELECT count(*) FROM schools WHERE insee <> ALL ($1::varchar[])"


class Marked(Struct, frozen=True):
    """A school and whether it stands in the country, as it is known (None when nobody knows) and as a file says."""

    school: str
    before: bool | None
    after: bool


class DensityGrid(Struct, frozen=True):
    """What a density file would change: schools marked anew, and how many it says nothing of."""

    communes: int
    changed: list[Marked]
    unknown: int


class MarkRural(Act, frozen=True, kw_only=True):
    """Whether a school stands in the country; null while it is not known."""

    rural: Annotated[bool, Meta(description="In the country.", extra={"label": "Commune rurale"})] | None


async def mark_rural(school: int, asked: MarkRural, *, by: int, now: datetime) -> None:
    """Say by hand whether a school stands in the country; None when nobody knows. Raises NotFound."""
    rural = asked.rural
    async with transaction():
        if not await School.update({School.rural: rural}).where(School.id == school).returning(School.id):
            raise NotFound
        await record("school_marked", by=by, about_kind="school", about=school, detail=SAID[rural], now=now)


async def foresee_density(content: bytes) -> DensityGrid:
    """Read a density file and store nothing: what it would mark. Raises FileRefused."""
    communes = read_density(content)
    codes, rural = list(communes), list(communes.values())
    changed = await rows_as(Marked, FORESEE, codes, rural)
    return DensityGrid(len(codes), changed, await value(UNKNOWN, codes))


async def mark_from_density(content: bytes, *, by: int, now: datetime) -> int:
    """Mark every school whose commune the file knows; returns how many changed. Raises FileRefused."""
    communes = read_density(content)
    async with transaction():
        before = await value(STORED, list(communes))
        changed = len(await rows(MARK_BY_COMMUNE, list(communes), list(communes.values())))
        after = await value(STORED, list(communes))
        await remember("density", made=(), before=before, after=after, by=by, now=now)
        detail = f"{changed} établissement{'s' if changed > 1 else ''}"
        await record("density_imported", by=by, about_kind="school", about=None, detail=detail, now=now)
        return changed


async def marked_since(after: str) -> int:
    """How many of these schools are no longer marked as the file marked them."""
    return int(await value(CHANGED_SINCE, after))


async def take_back_density(before: str) -> None:
    """The schools are marked again as they were; inside the caller's transaction."""
    await rows(RESTORE, before)


def read_density(content: bytes) -> dict[str, bool]:
    """Whether each commune is rural, from the CSV of Insee's grid (columns CODGEO and DENS, 7 levels).

    Lines above the header are Insee's titles. Raises FileRefused with every line in error.
    """
    reader = csv.reader(io.StringIO(text_of(content), newline=""), delimiter=";")
    header: list[str] = []
    for cells in reader:
        if set(COLUMNS) <= {cell.strip() for cell in cells}:
            header = [cell.strip() for cell in cells]
            break
    if not header:
        raise FileRefused(f"colonnes absentes ({', '.join(COLUMNS)}) ; le séparateur est le point-virgule")
    code_at, level_at = (header.index(name) for name in COLUMNS)
    found: dict[str, bool] = {}
    errors: list[str] = []
    for cells in reader:
        if not any(cells):
            continue
        code, level = (cells[at].strip() if at < len(cells) else "" for at in (code_at, level_at))
        if len(code) != 5:
            errors.append(f"ligne {reader.line_num} : « {code[:20]} » n'est pas un code de commune")
        elif level not in LEVELS:
            errors.append(f"ligne {reader.line_num} : « {level[:20]} » n'est pas un niveau de 1 à 7")
        found[code] = level in RURAL_LEVELS
        if len(errors) > ERRORS_MOST or len(found) > COMMUNES_MOST:
            break
    if errors:
        raise FileRefused(*errors)
    if not found:
        raise FileRefused("le fichier ne contient aucune commune")
    return found
