"""technilab demo: the invented people, workshops and visits of a trial.

technilab forget-examples: from a trial to real visits.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.direct import go_straight
from booking.commands.migrate import bring_up_to_date
from booking.commands.rights import acting_user
from booking.commands.words import FrenchCommand, progress
from booking.demo.forget import WORDS
from booking.demo.forget import forget_examples as forget
from booking.people.accounts.trial import is_empty
from workshops.refusals import Refusal


class NotEmpty(Refusal):
    kind = "not-empty"
    sentence = "Cette base contient déjà des données : les exemples ne se mêlent pas aux vraies visites."


@click.command(cls=FrenchCommand)
def demo() -> None:
    """Fill an empty database, and never any other."""
    acting = acting_user()
    go_straight()
    asyncio.run(_fill_an_empty_one(acting))
    click.echo("Les exemples sont en place : lancez DEMO=1 technilab run.")


async def _fill_an_empty_one(acting: str) -> None:
    await bring_up_to_date(acting=acting)
    if not await is_empty():
        raise NotEmpty()
    await fill_in()


async def fill_in() -> None:
    """Put the examples in place."""
    from booking.demo.fill import fill  # noqa: PLC0415 only where there is nothing yet

    with progress("Préparation des exemples") as tell:
        await fill(datetime.now(UTC), tell)


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
