"""technilab import-visits: what was held before Technilab, CSV or XLSX."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.words import A_FILE, FrenchCommand, counted, progress
from booking.programme.past_visits.foresee import CountedLine, Foreseen, Limits, SpreadsheetLine, foresee
from booking.programme.past_visits.take_in import take_in
from workshops.schools.rules import FileRefused

LIMITS = Limits(bytes_most=50_000_000, rows_most=100_000)
CHANGES = {"new": "à ajouter", "changed": "à corriger", "same": "déjà là, identique"}


@click.command(cls=FrenchCommand)
@A_FILE
@click.option("--dry-run", is_flag=True, help="Dit ce que chaque ligne changerait, sans rien enregistrer.")
def import_visits(file: Path, dry_run: bool) -> None:
    """Keep the file's visits, declared and not scanned; one line in error, and nothing is kept."""
    content, now = file.read_bytes(), datetime.now(UTC)
    try:
        with progress("Visites") as tell:
            if dry_run:
                done = asyncio.run(foresee(content, limits=LIMITS, now=now, tell=tell))
            else:
                done = asyncio.run(take_in(content, limits=LIMITS, by=None, now=now, tell=tell))
    except FileRefused as no:
        for why in no.lines:
            click.echo(why, err=True)
        raise
    for line in done.lines if dry_run else [*done.of("changed"), *done.of("repeated"), *done.questioned]:
        click.echo(_told(line))
    for counted_line in done.counted if dry_run else [one for one in done.counted if one.differs]:
        click.echo(_told_counted(counted_line))
    click.echo(_summed_up(done))
    if dry_run:
        click.echo("Rien n'est enregistré.")


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
