"""technilab reopen-year: past visits may be declared in a closed year again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.words import FrenchCommand
from booking.year.reopen import reopen_year as reopen
from booking.year.rules import school_year_named


@click.command(cls=FrenchCommand)
@click.argument("year", metavar="ANNÉE")
@click.option("--reason", metavar="RAISON", required=True, help="Pourquoi, sans nommer personne : le journal le garde.")
def reopen_year(year: str, reason: str) -> None:
    """The year takes past visits again until technilab close-year closes it anew."""
    told = school_year_named(year)
    asyncio.run(reopen(told, reason=reason, by=None, now=datetime.now(UTC)))
    click.echo(f"L'année {told.name} reçoit de nouveau des visites reprises ; technilab close-year la fige ensuite.")
