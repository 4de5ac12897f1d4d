"""technilab read-replies: what people's agendas answered to the invitations."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.commands.words import FrenchCommand, counted, database_url
from booking.replies.read_folder import read_folder
from booking.replies.read_mailbox import read_mailbox
from booking.replies.rules import NowhereToRead
from booking.settings import read_settings


@click.command(cls=FrenchCommand)
@click.option("--folder", metavar="DOSSIER", type=click.Path(path_type=Path), help="Dossier de fichiers .eml à lire.")
def read_replies(folder: Path | None) -> None:
    """Keep the answers, and say how many there were of each."""
    database_url()
    tally = asyncio.run(_read(folder))
    click.echo(
        f"{counted(tally.total(), 'mail lu', 'mails lus')} :"
        f" {counted(tally['ACCEPTED'], 'présence', 'présences')},"
        f" {counted(tally['TENTATIVE'], 'présence incertaine', 'présences incertaines')},"
        f" {counted(tally['DECLINED'], 'absence', 'absences')},"
        f" {counted(tally[None], 'mail ignoré', 'mails ignorés')}."
    )


async def _read(folder: Path | None) -> Counter[str | None]:
    settings, now = read_settings(), datetime.now(UTC)
    folder = folder or (None if settings.imap_url else settings.replies_dir)
    if folder is not None:
        return await read_folder(folder, now=now)
    if settings.imap_url:
        return await read_mailbox(settings.imap_url, now=now)
    raise NowhereToRead()
