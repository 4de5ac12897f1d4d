"""What every way out is, and the one that writes each mail into a file: a trial's, on one's own machine."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, Self

from booking.outbox.notices.rules import ServerUnreachable

MAIL_FOLDER = "mail"


class Mailer(Protocol):
    """Sends mails, one after the other, within `async with`.

    `send` raises MailRefused, MailDelayed or ServerUnreachable, and nothing else, when a mail did not leave.
    """

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *ended: object) -> None: ...
    async def send(self, message: EmailMessage) -> None: ...


class FileMailer:
    """Each mail is a file, whole or absent; its name begins with the instant, so that names sort by time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ended: object) -> None:
        return None

    async def send(self, message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(self._keep, message)
        except OSError as error:
            raise ServerUnreachable(f"le dossier des mails ne s'écrit pas : {error.strerror}") from error

    def _keep(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{message['Message-ID'][1:13]}.eml"
        part = self._folder / f".{name}.{os.getpid()}"
        # 0600: a sign-in link is as good as a password for its ten minutes.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
        part.replace(self._folder / name)
