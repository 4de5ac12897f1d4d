"""technilab import-visits: what was held before Technilab, CSV or XLSX."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.words import A_FILE, FrenchCommand, counted, progress
from booking.programme.past_visits.find_table import FileSays, TableRefused, VisitTable, source_named
from booking.programme.past_visits.foresee import CountedLine, Foreseen, Limits, SpreadsheetLine, Tell, foresee
from booking.programme.past_visits.remember_columns import remember_columns
from booking.programme.past_visits.rules import COLUMNS
from booking.programme.past_visits.take_in import take_in
from booking.programme.records.rules import plain
from workshops.refusals import Invalid
from workshops.schools.rules import FileRefused

LIMITS = Limits(bytes_most=50_000_000, rows_most=100_000)
CHANGES = {"new": "à ajouter", "changed": "à corriger", "same": "déjà là, identique"}


@click.command(cls=FrenchCommand)
@A_FILE
@click.option("--dry-run", is_flag=True, help="Dit ce que chaque ligne changerait, sans rien enregistrer.")
@click.option(
    "--sheet", metavar="FEUILLE", default="", help="La feuille du classeur ; sinon celle qui convient le mieux."
)
@click.option(
    "--column",
    "columns",
    metavar="COLONNE=TITRE",
    multiple=True,
    help="Le titre que le fichier donne à une colonne, par exemple « élèves=Nb » ; il est retenu.",
)
def import_visits(file: Path, dry_run: bool, sheet: str, columns: tuple[str, ...]) -> None:
    """Keep the file's visits, declared and not scanned; one line in error, and nothing is kept."""
    content, now = file.read_bytes(), datetime.now(UTC)
    says = FileSays(sheet, source_named(file.name), _columns(columns))
    try:
        with progress("Visites") as tell:
            if dry_run:
                done = asyncio.run(foresee(content, says=says, limits=LIMITS, now=now, tell=tell))
            else:
                done = asyncio.run(_take_in(content, says, now, tell))
    except FileRefused as no:
        for why in no.lines:
            click.echo(why, err=True)
        if isinstance(no, TableRefused) and no.table.missing:
            click.echo(_to_choose(no.table), err=True)
        raise
    for words in _read_as(done.table, says):
        click.echo(words)
    for words in done.remarks:
        click.echo(words)
    for line in done.lines if dry_run else [*done.of("changed"), *done.of("repeated"), *done.questioned]:
        click.echo(_told(line))
    for counted_line in done.counted if dry_run else [one for one in done.counted if one.differs]:
        click.echo(_told_counted(counted_line))
    click.echo(_summed_up(done))
    if dry_run:
        click.echo("Rien n'est enregistré.")


async def _take_in(content: bytes, says: FileSays, now: datetime, tell: Tell) -> Foreseen:
    done = await take_in(content, says=says, limits=LIMITS, by=None, now=now, tell=tell)
    if says.columns:
        await remember_columns(says.columns, done.table.headings)
    return done


def _columns(said: tuple[str, ...]) -> dict[str, str]:
    """The headings that were typed, by the cell of a visit that each is. Raises Invalid."""
    columns = {}
    for one in said:
        name, _, heading = (plain(part) for part in one.partition("="))
        if name not in COLUMNS or not heading:
            names = ", ".join(column.name for column in COLUMNS.values())
            raise Invalid({"column": f"--column attend une colonne et son titre, « élèves=Nb », parmi {names}."})
        columns[name] = heading
    return columns


def _to_choose(table: VisitTable) -> str:
    names = " ".join(f'--column "{COLUMNS[name].name}=TITRE"' for name in table.missing)
    return f"Dites de quel titre chacune est : {names}."


def _read_as(table: VisitTable, says: FileSays) -> Iterator[str]:
    """Where the table stands, what its source is said to be, and the lines that are no visits."""
    if table.where:
        yield f"lu : {table.where}"
    if "source" not in table.chosen:
        yield f"source de chaque visite : {says.source}"
    if table.unread:
        yield f"colonnes non lues : {', '.join(table.unread)}"
    yield from (one.words for one in table.left_out)


def _told(line: SpreadsheetLine) -> str:
    one = line.weighed
    change = f"répète la ligne {line.repeats}, comptée une fois" if line.repeats else CHANGES[one.step.change]
    moved = ", ".join(f"{what} {was or 'vide'} → {now or 'vide'}" for what, was, now in one.differences)
    asked = "".join(f" ; à vérifier : {question}" for question in one.questions)
    return f"ligne {line.number} : {change} : {one.words}" + (f" ({moved})" if moved else "") + asked


def _told_counted(line: CountedLine) -> str:
    return f"ligne {line.number} : déjà comptée : {line.words}" + (f" ({line.differs})" if line.differs else "")


def _summed_up(done: Foreseen) -> str:
    early = counted(done.before_target, "visite est", "visites sont")
    return (
        f"Visites reprises : {counted(len(done.of('new')), 'ajout', 'ajouts')},"
        f" {counted(len(done.of('changed')), 'correction', 'corrections')},"
        f" {len(done.of('same'))} sans changement,"
        f" {counted(len(done.of('repeated')), 'ligne répétée', 'lignes répétées')}"
        + (f", {counted(len(done.counted), 'déjà comptée', 'déjà comptées')}." if done.counted else ".")
    ) + (
        f" {early} d'avant l'objectif ({done.target_from:%d/%m/%Y}) et n'y comptent pas." if done.before_target else ""
    )
