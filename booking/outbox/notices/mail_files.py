"""What every way out is, and the one that writes each mail into a file: a trial's, on one's own machine.

`/demo/courrier` reads these files instead of a mail program.
"""

from __future__ import annotations

import asyncio
import os
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from typing import Protocol, Self

from msgspec import Struct

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


SHOWN = 200
_NAME = re.compile(r"[0-9A-Za-z-]+\.eml")


class DemoMail(Struct, frozen=True):
    """One line of the list; `name` is the file's."""

    name: str
    subject: str
    to: str
    date: datetime


class OpenMail(DemoMail, frozen=True):
    """A mail opened: its words as text and as HTML, its calendar part, lines ended by a line feed, the files of its
    papers."""

    text: str
    html: str
    calendar: str
    papers: tuple[str, ...]


def demo_mails(data_dir: Path) -> list[DemoMail]:
    """The latest mails, the newest first. It reads files: call it from a thread."""
    files = sorted((data_dir / MAIL_FOLDER).glob("[!.]*.eml"), reverse=True)[:SHOWN]
    return [DemoMail(*_headers(file)) for file in files]


def demo_mail(data_dir: Path, name: str) -> OpenMail | None:
    """One mail by its file's name; None when there is none. It reads a file: call it from a thread."""
    file = data_dir / MAIL_FOLDER / name
    if not _NAME.fullmatch(name) or not file.is_file():
        return None
    mail = message_from_bytes(file.read_bytes(), policy=default)
    return OpenMail(
        *_headers(file),
        text=_part(mail, "text/plain"),
        html=_part(mail, "text/html"),
        calendar=_part(mail, "text/calendar"),
        papers=tuple(str(one.get_filename()) for one in mail.iter_attachments() if one.get_content_subtype() == "pdf"),
    )


def _headers(file: Path) -> tuple[str, str, str, datetime]:
    with file.open("rb") as opened:
        mail = BytesHeaderParser(policy=default).parse(opened)
    return file.name, str(mail["Subject"]), str(mail["To"]), mail["Date"].datetime


def _part(mail: EmailMessage, kind: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == kind:
            return str(part.get_content()).replace("\r\n", "\n")
    return ""
