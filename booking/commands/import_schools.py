"""technilab import-schools: the official annuaire."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from booking.commands.progress import progress
from booking.commands.words import A_FILE, FrenchCommand, counted
from workshops.schools.directory import import_directory


@click.command(cls=FrenchCommand)
@A_FILE
def import_schools(file: Path) -> None:
    """Store the file's schools; one line in error, and nothing is stored."""
    with progress("Établissements") as tell:
        done = asyncio.run(import_directory(file.read_bytes(), progress=tell))
    click.echo(
        f"{counted(done.added, 'établissement ajouté', 'établissements ajoutés')}, {done.updated} mis à jour,"
        f" {counted(done.ignored, 'ligne laissée de côté', 'lignes laissées de côté')}."
    )
