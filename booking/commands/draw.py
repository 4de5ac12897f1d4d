"""technilab draw: replay a draw from its public values."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from booking.commands.words import FrenchCommand, counted
from booking.visits.draws import queries
from booking.visits.draws.rules import Ticket, digest_of, drawn_order
from workshops.refusals import Invalid


class ListedDemand(msgspec.Struct):
    """A demand of the public list; a withdrawn one has no rank."""

    number: str
    weight: int
    rank: int | None


class PublicDrawList(msgspec.Struct):
    """What /tirages/…/liste.json holds."""

    digest: str
    seed: str | None
    demands: list[ListedDemand]


@click.command(cls=FrenchCommand)
@click.argument("period", metavar="PÉRIODE")
def draw(period: str) -> None:
    """PÉRIODE is an opening's number, or the file that its page gives: no database is needed then."""
    told = _of_file(Path(period)) if not period.isdigit() else asyncio.run(_of_database(int(period)))
    if told.seed is None:
        raise Invalid({"period": "La graine n'est pas encore publiée : le tirage n'a pas eu lieu."})
    seed = bytes.fromhex(told.seed)
    if digest_of(seed) != told.digest:
        click.echo("Différent : la graine n'a pas l'empreinte publiée d'avance.")
        sys.exit(1)
    ranked = sorted((one for one in told.demands if one.rank), key=lambda one: one.rank or 0)
    again = drawn_order(seed, [Ticket(one.number, one.weight) for one in ranked])
    wrong = sum(one.number != other.number for one, other in zip(ranked, again, strict=True))
    if wrong or [one.rank for one in ranked] != list(range(1, len(ranked) + 1)):
        click.echo(f"Différent : {counted(wrong, 'rang', 'rangs')} sur {len(ranked)} ne sont pas ceux du tirage.")
        sys.exit(1)
    click.echo(f"Égal : {counted(len(ranked), 'demande', 'demandes')}, dans l'ordre que donne la graine.")


def _of_file(path: Path) -> PublicDrawList:
    try:
        return msgspec.json.decode(path.read_bytes(), type=PublicDrawList)
    except (OSError, msgspec.DecodeError):
        raise Invalid({"period": f"{path} ne se lit pas comme la liste d'un tirage."}) from None


async def _of_database(opening: int) -> PublicDrawList:
    found = await queries.draw(opening)
    if found is None:
        raise Invalid({"period": f"Aucun tirage n'a le numéro {opening}."})
    lines: list[Any] = await queries.draw_lines(opening, limit=queries.LAST)
    return PublicDrawList(
        found.digest, found.seed, [ListedDemand(line.number, line.weight, line.rank) for line in lines]
    )
