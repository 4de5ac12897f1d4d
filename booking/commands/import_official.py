"""technilab import-schools and import-calendar: the official annuaire, school holidays."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.words import A_FILE, FrenchCommand, counted, progress
from workshops.academie.settle import install
from workshops.school_calendar.load import load_calendar
from workshops.schools.directory import Imported
from workshops.schools.rules import FileRefused

SHOWN = 20


@click.command(cls=FrenchCommand)
@A_FILE
@click.option(
    "--academie",
    "academies",
    metavar="NOM",
    multiple=True,
    help="L'académie à garder ; à répéter pour ses voisines. Sans elle, celles des réglages.",
)
@click.option(
    "--close-missing", is_flag=True, help="Note fermés les établissements connus que le fichier ne contient pas."
)
def import_schools(file: Path, academies: tuple[str, ...], close_missing: bool) -> None:
    """Store the file's schools; one line in error, and nothing is stored."""
    try:
        with (
            file.open("rb") as lines,
            progress("Lecture du fichier") as reading,
            progress("Établissements") as storing,
        ):
            done = asyncio.run(
                install(lines, names=academies, close_missing=close_missing, reading=reading, storing=storing)
            )
    except FileRefused as no:
        for line in no.lines[1 : SHOWN + 1]:
            click.echo(line, err=True)
        raise
    _tell(done, closing=close_missing)


def _tell(done: Imported, *, closing: bool) -> None:
    aside = counted(done.ignored, "ligne laissée de côté", "lignes laissées de côté")
    elsewhere = f", {counted(done.elsewhere, 'ligne', 'lignes')} d'autres académies" if done.elsewhere else ""
    click.echo(
        f"{counted(done.added, 'établissement ajouté', 'établissements ajoutés')}, {done.updated} mis à jour,"
        f" {aside}{elsewhere}."
    )
    if done.closed:
        _list(f"{counted(len(done.closed), 'établissement est fermé', 'établissements sont fermés')} :", done.closed)
    if done.missing and closing:
        _list("Absents du fichier, notés fermés :", done.missing)
    elif done.missing:
        _list("Absents du fichier, gardés ouverts (--close-missing les note fermés) :", done.missing)


def _list(heading: str, schools: tuple[str, ...]) -> None:
    click.echo(heading)
    for one in schools[:SHOWN]:
        click.echo(f"  {one}")
    if len(schools) > SHOWN:
        click.echo(f"  et {len(schools) - SHOWN} autres")


@click.command(cls=FrenchCommand)
@A_FILE
def import_calendar(file: Path) -> None:
    """Store the file's holidays; one line in error, and nothing is stored."""
    with progress("Calendrier") as tell:
        done = asyncio.run(
            load_calendar(file.read_bytes(), source=file.name, progress=tell, by=None, now=datetime.now(UTC))
        )
    click.echo(
        f"{counted(done.holidays, 'période de vacances enregistrée', 'périodes de vacances enregistrées')},"
        f" {counted(done.public_holidays, 'jour férié ajouté', 'jours fériés ajoutés')}."
    )
