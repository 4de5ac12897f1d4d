"""The académie that this Technilab serves: set by a coordinator, or by the first annuaire that it takes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from msgspec import structs

from workshops.academie.queries import academie
from workshops.academie.rules import LABELS, AcademieSettings, Served, settled
from workshops.database import rows, transaction
from workshops.events.record import record_by
from workshops.imports.remember import remember
from workshops.refusals import Invalid
from workshops.schools.directory import (
    ForeseenSchools,
    Imported,
    added_between,
    foresee_directory,
    store_directory,
    stored,
)
from workshops.schools.queries import department_names
from workshops.schools.read_annuaire import Annuaire, Progress, read_annuaire, read_country
from workshops.schools.rules import academie_named, zone_of

SET = f"""
INSERT INTO academie (id, {", ".join(LABELS)})
VALUES (1, {", ".join(f"${place}" for place in range(1, len(LABELS) + 1))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in LABELS)}
"""  # noqa: S608 - names of columns only
ALONE = "SELECT pg_advisory_xact_lock(hashtext('academie'))"
BEGIN = "INSERT INTO academie (id, name, zone, neighbours) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING"


async def settle(asked: AcademieSettings) -> tuple[Served, Served]:
    """Every page and paper says so from now on; returns what was set before and what is now. Raises Invalid."""
    async with transaction():
        await rows(ALONE)
        before = await academie()
        tidy = settled(asked, known=await department_names())
        await rows(SET, *(list(value) if isinstance(value, tuple) else value for value in structs.astuple(tidy)))
        return before, await academie()


async def begin(names: list[str]) -> None:
    """The first import says which académie this is, the others being its neighbours; what is set already stays."""
    if names:
        first, *others = names
        await rows(BEGIN, first, zone_of(first) or "", sorted(others))


async def foresee_extract(content: bytes) -> ForeseenSchools:
    """What taking in an extract of the annuaire would do; nothing is stored. Raises FileRefused."""
    return await foresee_directory(content, keep=(await academie()).kept)


async def take_in_extract(content: bytes, *, by: int | None, now: datetime) -> Imported:
    """The schools of an extract, of the académies that are set; it says nothing of the others. Raises FileRefused."""
    read = read_annuaire(content, keep=(await academie()).kept)
    async with transaction():
        await begin(read.academies)
        uais = [*(line.uai for line in read.lines), *read.closed]
        before = await stored(uais)
        done = await store_directory(read)
        after = await stored(uais)
        await remember("schools", made=added_between(before, after), before=before, after=after, by=by, now=now)
        detail = f"{done.added} ajouté{'s' if done.added > 1 else ''}, {done.updated} à jour"
        await record_by(by, "directory_imported", about_kind="school", about=None, detail=detail, now=now)
        return done


async def install(
    file: BinaryIO,
    *,
    names: Sequence[str] = (),
    close_missing: bool = False,
    reading: Progress | None = None,
    storing: Progress | None = None,
) -> Imported:
    """The schools of a whole file, the ministry's of the country or that of some académies, wholly or not at all.

    `names` are the académies to keep, ours first; without any, those that are set, or the only one of the file. The
    known schools of theirs that the file does not hold are told, and closed with `close_missing`. `reading` and
    `storing` are told how much is done, out of how much. Raises Invalid, FileRefused.
    """
    named = _named(names)
    served = await academie()
    read: Annuaire = read_country(file, keep=named or served.kept, progress=reading)
    async with transaction():
        await begin(named or read.academies)
        return await store_directory(read, close_missing=close_missing, progress=storing)


def _named(names: Sequence[str]) -> list[str]:
    found = {name: academie_named(name) for name in names}
    unknown = [name for name, known in found.items() if known is None]
    if unknown:
        raise Invalid({"academie": f"L'académie « {unknown[0]} » n'existe pas : écrivez par exemple Nancy-Metz."})
    return [known for known in found.values() if known]
