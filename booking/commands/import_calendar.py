"""technilab import-calendar: school holidays."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.words import A_FILE, FrenchCommand, counted, progress
from workshops.school_calendar.load import load_calendar


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
