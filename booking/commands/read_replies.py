"""technilab read-replies: what people's agendas answered to the invitations."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from booking.calendar.replies.mailbox import read_folder, read_mailbox
from booking.calendar.replies.rules import ASIDE, NowhereToRead
from booking.commands.words import FrenchCommand, counted
from booking.process.secret_key import SecretKey, listed
from booking.process.settings import read_settings


@click.command(cls=FrenchCommand)
@click.option("--folder", metavar="DOSSIER", type=click.Path(path_type=Path), help="Dossier de fichiers .eml à lire.")
def read_replies(folder: Path | None) -> None:
    """Keep the answers, and say how many there were of each."""
    tally = asyncio.run(_read(folder))
    click.echo(
        f"{counted(tally.total(), 'mail lu', 'mails lus')} :"
        f" {counted(tally['ACCEPTED'], 'présence', 'présences')},"
        f" {counted(tally['TENTATIVE'], 'présence incertaine', 'présences incertaines')},"
        f" {counted(tally['DECLINED'], 'absence', 'absences')},"
        f" {counted(tally[None], 'mail ignoré', 'mails ignorés')}{''.join(_seldom(tally))}."
    )


def _seldom(tally: Counter[str | None]) -> Iterator[str]:
    for word, one, many in (
        ("COUNTER", "autre date proposée", "autres dates proposées"),
        ("RETURNED", "mail de Technilab revenu", "mails de Technilab revenus"),
        (ASIDE, "mail mis de côté", "mails mis de côté"),
    ):
        if tally[word]:
            yield f", {counted(tally[word], one, many)}"


async def _read(folder: Path | None) -> Counter[str | None]:
    now = datetime.now(UTC)
    if folder is not None:
        known = SecretKey(os.environ.get("SECRET_KEY", ""), before=listed(os.environ.get("SECRET_KEY_BEFORE")))
        return await read_folder(folder, secret_key=known, now=now)
    settings = read_settings()
    if settings.imap_url:
        return await read_mailbox(settings.imap_url, secret_key=settings.secret_key, now=now)
    if settings.replies_dir is not None:
        return await read_folder(settings.replies_dir, secret_key=settings.secret_key, now=now)
    raise NowhereToRead()
