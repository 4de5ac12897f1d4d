"""technilab import-records: P-TECH and BTS+1 tables, CSV or XLSX."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.words import A_FILE, FrenchCommand, counted, progress
from booking.process.settings import new_uid
from booking.programme.records.rules import ROWS_MOST
from booking.programme.records.sheet import Sender
from booking.programme.records.take_in import LineChange, foresee, take_in
from workshops.schools.rules import FileRefused
from workshops.scope import EVERYTHING


@click.command(cls=FrenchCommand)
@A_FILE
@click.option("--dry-run", is_flag=True, help="Dit ce que le fichier changerait, sans rien enregistrer.")
def import_records(file: Path, dry_run: bool) -> None:
    """Store the file's lines; one line in error, and nothing is stored."""
    content, now = file.read_bytes(), datetime.now(UTC)
    sender = Sender(by=None, uid=new_uid, scope=EVERYTHING)
    try:
        with progress("Données") as tell:
            if dry_run:
                done = asyncio.run(foresee(content, sender=sender, now=now, progress=tell))
            else:
                done = asyncio.run(take_in(content, step=ROWS_MOST, sender=sender, now=now, progress=tell))
    except FileRefused as no:
        for line in no.lines:
            click.echo(line, err=True)
        raise
    if dry_run:
        for one in done.told:
            click.echo(f"{one.title}, {_said(one)}" if len(done.sheets) > 1 else _said(one))
    click.echo(
        f"{done.title} : {counted(done.added, 'ajout', 'ajouts')},"
        f" {counted(done.changed, 'correction', 'corrections')}, {done.unchanged} sans changement."
    )
    if dry_run:
        click.echo("Rien n'est enregistré.")


def _said(one: LineChange) -> str:
    """« ligne 3, correction de 0250001R, 2026 : presents 23 -> 22 »"""
    cells = ", ".join(f"{cell.words} {cell.before or 'vide'} -> {cell.after or 'vide'}" for cell in one.cells)
    return f"ligne {one.number}, {'ajout' if one.new else 'correction'} de {one.which}{f' : {cells}' if cells else ''}"
