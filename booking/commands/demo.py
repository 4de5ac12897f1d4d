"""technilab demo: the invented people, workshops and visits of a trial."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.migrate import bring_up_to_date
from booking.commands.words import FrenchCommand, progress
from booking.people.accounts.trial import is_empty
from workshops.refusals import Refusal


class NotEmpty(Refusal):
    kind = "not-empty"
    sentence = "Cette base contient déjà des données : les exemples ne se mêlent pas aux vraies visites."


@click.command(cls=FrenchCommand)
def demo() -> None:
    """Fill an empty database, and never any other."""
    asyncio.run(_fill_an_empty_one())
    click.echo("Les exemples sont en place : lancez DEMO=1 technilab run.")


async def _fill_an_empty_one() -> None:
    await bring_up_to_date()
    if not await is_empty():
        raise NotEmpty()
    await fill_in()


async def fill_in() -> None:
    """Put the examples in place."""
    from booking.demo.fill import fill  # noqa: PLC0415 only where there is nothing yet

    with progress("Préparation des exemples") as tell:
        await fill(datetime.now(UTC), tell)
