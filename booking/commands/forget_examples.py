"""technilab forget-examples: from a trial to real visits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.words import FrenchCommand
from booking.demo.forget import WORDS
from booking.demo.forget import forget_examples as forget


@click.command(cls=FrenchCommand)
@click.option("--dry-run", is_flag=True, help="Dit ce qui partirait et ce qui resterait, et ne change rien.")
def forget_examples(dry_run: bool) -> None:
    """Say what went and what stays; a second time there is nothing left to take."""
    told = asyncio.run(forget(now=datetime.now(UTC), dry_run=dry_run))
    if not told.gone:
        click.echo("Aucun compte d'exemple.")
        return
    click.echo("Partirait :" if dry_run else "Parti :")
    for what, number in told.gone.items():
        click.echo(f"  {number:>7}  {WORDS[what]}")
    if told.stays:
        click.echo(
            "Resterait, car un vrai compte y a touché :" if dry_run else "Reste, car un vrai compte y a touché :"
        )
        for kind, name in told.stays:
            click.echo(f"  {WORDS[kind]} : {name}")
