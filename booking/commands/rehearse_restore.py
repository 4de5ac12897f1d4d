"""technilab rehearse-restore: put the last copy back beside, look at it, and keep the day on which that was done."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.archive import BASE, BackupRefused, opened
from booking.commands.copies import copies_in, recorded_if_it_fails, the_place
from booking.commands.direct import go_straight
from booking.commands.rehearse_repository import refuse_a_wrong_place, repository_tried
from booking.commands.restore import rehearsed, room_aside
from booking.commands.tried import Tried, looked_at
from booking.commands.words import A_FILE_OR_COPIES, FrenchCommand, counted, progress
from booking.outbox.copies.record import record_rehearsal
from booking.outbox.copies.rules import Act, Way, spelled
from booking.process.copies import copies_key


@click.command(cls=FrenchCommand)
@A_FILE_OR_COPIES
@click.option(
    "--pgbackrest",
    metavar="CONF",
    type=click.Path(path_type=Path),
    help="La dernière copie du dépôt que nomme ce fichier, sur une machine de base.",
)
def rehearse_restore(file: Path | None, pgbackrest: Path | None) -> None:
    """Put a copy back beside and look at it as `check` does; the site goes on."""
    way, started = Way.FILE if pgbackrest is None else Way.PGBACKREST, time.monotonic()
    if pgbackrest is not None:
        refuse_a_wrong_place()
    with recorded_if_it_fails(Act.REHEARSAL, way):
        tried = _file_tried(file or _last_copy()) if pgbackrest is None else repository_tried(pgbackrest)
        seconds, now = round(time.monotonic() - started), datetime.now(UTC)
        go_straight()
        asyncio.run(record_rehearsal(way, copied_at=tried.made_at, seconds=seconds, now=now))
    click.echo(
        f"{tried.called}, qui a {spelled(now - tried.made_at)}, se remet en place en {seconds} s : {tried.holds}."
    )


def _last_copy() -> Path:
    place = the_place()
    if not (every := copies_in(place.folder)):
        raise BackupRefused(f"Aucune copie dans {place.folder} : lancez technilab backup.")
    return every[-1][1]


def _file_tried(file: Path) -> Tried:
    with opened(file, copies_key()) as archive, room_aside() as aside:
        with progress("Vérification") as tell:
            archive.verify(tell)
        archive.take_out(BASE, aside / BASE)
        with progress("Répétition") as tell:
            found = rehearsed(aside / BASE, aside, tell=tell, called=file)
        photos = counted(len(archive.photos), "photo", "photos")
        return Tried(str(file), archive.made_at, f"la base, {photos}{looked_at(str(file), found)}")
