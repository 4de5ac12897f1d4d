"""technilab close-year and reopen-year: the end of a school year.

technilab recount: count every closed visit again.

technilab purge: what the night erases, now.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.words import FrenchCommand, counted, progress
from booking.process.settings import data_folder
from booking.words.wording import moment
from booking.year.close import Tell
from booking.year.close import close_year as close
from booking.year.close import reopen_year as reopen
from booking.year.foresee import foresee_closing
from booking.year.purge import WORDS
from booking.year.purge import purge as erase
from booking.year.queries import ClosingReport, OpenVisit, open_visits
from booking.year.rules import CloseYear, ReopenYear, SchoolYear, YearNotSettled, school_year_named
from workshops.tallies.count import recount as count_again
from workshops.tallies.queries import wrong_sums


@click.command(cls=FrenchCommand)
@click.argument("year", metavar="ANNÉE")
@click.option("--dry-run", is_flag=True, help="Dit ce qui serait figé, effacé et gardé, et ne change rien.")
@click.option("--zero", is_flag=True, help="Accepte de compter 0 les visites passées sans aucun badge lu.")
def close_year(year: str, dry_run: bool, zero: bool) -> None:
    """Print what was frozen, erased and kept; interrupted, the same command goes on."""
    told = school_year_named(year)
    if dry_run:
        report = asyncio.run(_close(told, zero=zero, dry_run=True))
    else:
        with progress(f"Clôture {told.name}") as tell:
            report = asyncio.run(_close(told, zero=zero, tell=tell))
    state = "serait close ainsi" if dry_run and report.closed_at is None else f"est close depuis {_since(report)}"
    click.echo(f"L'année {told.name} {state} :")
    for heading, lines in report.headings:
        click.echo(heading)
        for words, number in lines:
            click.echo(f"  {number:>7}  {words}")


async def _close(year: SchoolYear, *, zero: bool, dry_run: bool = False, tell: Tell | None = None) -> ClosingReport:
    now = datetime.now(UTC)
    waiting = [one for one in await open_visits(year) if one.unsettled]
    asked = CloseYear(nobody_came=tuple(visit.id for visit in waiting) if zero else ())
    try:
        if dry_run or tell is None:
            return await foresee_closing(year, asked, now=now)
        return await close(year, asked, by=None, data_dir=data_folder(), now=now, tell=tell)
    except YearNotSettled as no:
        for one in waiting:
            click.echo(_told(one))
        raise YearNotSettled(no.slots) from None


def _told(one: OpenVisit) -> str:
    return f"{moment(one.starts_at)} : {one.title}, {one.school_name}, {one.commune} ({one.pupils} élèves attendus)"


def _since(report: ClosingReport) -> str:
    return moment(report.closed_at) if report.closed_at else "un instant"


@click.command(cls=FrenchCommand)
@click.argument("year", metavar="ANNÉE")
@click.option("--reason", metavar="RAISON", required=True, help="Pourquoi, sans nommer personne : le journal le garde.")
def reopen_year(year: str, reason: str) -> None:
    """The year takes past visits again until technilab close-year closes it anew."""
    told = school_year_named(year)
    asyncio.run(reopen(told, ReopenYear(reason=reason), by=None, now=datetime.now(UTC)))
    click.echo(f"L'année {told.name} reçoit de nouveau des visites reprises ; technilab close-year la fige ensuite.")


@click.command(cls=FrenchCommand)
def recount() -> None:
    """Make the sums of the board anew; done twice, it changes nothing."""
    wrong = asyncio.run(_made_good())
    click.echo(f"{counted(wrong, 'total corrigé', 'totaux corrigés')} : le bilan est celui des visites closes.")


async def _made_good() -> int:
    if wrong := await wrong_sums():
        await count_again()
    return wrong


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
