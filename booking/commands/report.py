"""technilab report: the file of a school year for France 2030, as it stands."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.words import FrenchCommand, Progress, progress
from booking.programme.report.draw_files import Files, draw_files
from booking.programme.report.export import file_name
from booking.year.rules import school_year_named
from workshops.refusals import NotFound, Refusal


class NoReport(Refusal):
    """Nothing is counted of that year, and no target speaks of it."""

    kind = "no-report"
    title = "Année sans dossier"


@click.command(cls=FrenchCommand)
@click.argument("year", metavar="ANNÉE")
@click.option(
    "--folder",
    metavar="DOSSIER",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Où écrire les trois fichiers ; sinon ici.",
)
@click.option("--show-small", is_flag=True, help="Montre les nombres de personnes inférieurs à 5, et le dit.")
def report(year: str, folder: Path, show_small: bool) -> None:
    """Write the PDF, the DOCX and the committee's sheet of a school year."""
    told = school_year_named(year).name
    with progress(f"Dossier {told}") as tell:
        files = asyncio.run(_drawn(told, small=show_small, tell=tell))
    folder.mkdir(parents=True, exist_ok=True)
    for what, content in (("pdf", files.pdf), ("docx", files.docx), ("sheet", files.sheet)):
        path = folder / file_name(told, what, small=show_small)
        path.write_bytes(content)
        click.echo(f"{path} ({len(content) // 1000} ko)")


async def _drawn(year: str, *, small: bool, tell: Progress) -> Files:
    try:
        return await draw_files(year, small=small, now=datetime.now(UTC), tell=tell)
    except NotFound:
        raise NoReport(
            f"L'année {year} n'a pas de dossier : aucun objectif n'en parle et aucune visite n'y est comptée."
        ) from None
