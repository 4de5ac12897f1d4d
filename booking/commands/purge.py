"""technilab purge: what the night erases, now."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.words import FrenchCommand
from booking.process.settings import data_folder
from booking.year.purge import WORDS
from booking.year.purge import purge as erase


@click.command(cls=FrenchCommand)
@click.option("--dry-run", is_flag=True, help="Compte ce qui partirait, et n'efface rien.")
def purge(dry_run: bool) -> None:
    """Erase what was kept long enough; a second time there is nothing left to erase."""
    counts = asyncio.run(erase(data_dir=data_folder(), now=datetime.now(UTC), dry_run=dry_run))
    if not counts:
        click.echo("Rien n'est arrivé au bout de sa durée.")
        return
    click.echo("Serait effacé :" if dry_run else "Effacé :")
    for what, words in WORDS.items():
        if counts[what]:
            click.echo(f"  {counts[what]:>7}  {words}")
