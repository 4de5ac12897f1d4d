"""technilab recount: count every closed visit again."""

from __future__ import annotations

import asyncio

import click

from booking.commands.words import FrenchCommand, counted
from workshops.tallies.count import recount as count_again
from workshops.tallies.queries import wrong_sums


@click.command(cls=FrenchCommand)
def recount() -> None:
    """Make the sums of the board anew; done twice, it changes nothing."""
    wrong = asyncio.run(_made_good())
    click.echo(f"{counted(wrong, 'total corrigé', 'totaux corrigés')} : le bilan est celui des visites closes.")


async def _made_good() -> int:
    if wrong := await wrong_sums():
        await count_again()
    return wrong
