"""Reading the replies of agenda programs, in a mailbox over IMAP or in a folder where a mail program leaves one .eml
file each."""

from __future__ import annotations

import asyncio
import imaplib
import logging
import os
import ssl
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from booking.calendar.replies.forget import forget_files
from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.rules import ASIDE, LARGEST, Answer, MailboxUnreachable
from booking.calendar.replies.take import take
from booking.process.settings import SettingsRefused

ANSWER_SECONDS = 20.0
AT_A_TIME = 200
KEYWORD = "Technilab"
EXAMPLE = "imaps://compte:motdepasse@imap.example.org/INBOX"


class Mailbox:
    """An open mailbox: what is new in it, and a mark on what was read.

    A reply is marked as seen. Any other mail stays unseen for the people who read the mailbox too, under a keyword that
    keeps us from reading it again; where the server keeps no keyword, it is marked as seen as well. One set aside is
    flagged, until somebody has looked at it and takes the flag away.
    """

    def __init__(self, client: imaplib.IMAP4, *, keywords: bool) -> None:
        self._client = client
        self._keywords = keywords

    def new(self) -> list[bytes]:
        """The numbers (UID) of the mails not read yet, the oldest first."""
        unread = ["UNSEEN", "UNKEYWORD", KEYWORD] if self._keywords else ["UNSEEN"]
        return self._found(*unread)[:AT_A_TIME]

    def aside(self) -> list[bytes]:
        """The numbers of the mails that are set aside."""
        return self._found("FLAGGED", *(["KEYWORD", KEYWORD] if self._keywords else []))

    def content(self, number: bytes) -> bytes:
        """A mail's bytes, or the beginning of one too large to be a reply."""
        parts = self._asked("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")

    def mark(self, number: bytes, *, reply: bool, aside: bool = False) -> None:
        """Never read this mail again."""
        flags = [*(["\\Seen"] if reply or not self._keywords else []), *([KEYWORD] if self._keywords else [])]
        flags += ["\\Flagged"] if aside else []
        self._asked("STORE", number, "+FLAGS.SILENT", f"({' '.join(flags)})")

    def close(self) -> None:
        """Leave the mailbox."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._client.logout()

    def _found(self, *criteria: str) -> list[bytes]:
        return b" ".join(part for part in self._asked("SEARCH", *criteria) if isinstance(part, bytes)).split()

    def _asked(self, command: str, *arguments: bytes | str) -> list[bytes | tuple[bytes, bytes]]:
        words = [one.decode() if isinstance(one, bytes) else one for one in arguments]
        try:
            answer, found = self._client.uid(command, *words)
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxUnreachable(str(error)) from error
        if answer != "OK":
            raise MailboxUnreachable(f"{command} {answer}")
        return [part for part in found if part is not None]


def open_mailbox(url: str) -> Mailbox:
    """Open the mailbox that `imaps://` or `imap://` names; raises MailboxUnreachable, SettingsRefused.

    `imap://` protects the password by STARTTLS; `?starttls=never` does without (a server on the same machine).
    """
    read = urlsplit(url)
    if read.scheme not in {"imap", "imaps"} or not read.hostname or not read.username:
        raise SettingsRefused(f"IMAP_URL ne se lit pas. Exemple : {EXAMPLE}")
    try:
        client = _connected(read)
        try:
            client.login(unquote(read.username), unquote(read.password or ""))
            answer, said = client.select(f'"{unquote(read.path.lstrip("/")) or "INBOX"}"')
            if answer != "OK":
                raise imaplib.IMAP4.error((said[0] or b"").decode("utf-8", "replace"))
        except BaseException:
            client.shutdown()
            raise
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxUnreachable(str(error)) from error
    _, flags = client.response("PERMANENTFLAGS")
    kept = b" ".join(one for one in flags if isinstance(one, bytes)).strip(b"()").split()
    return Mailbox(client, keywords=b"\\*" in kept or KEYWORD.encode() in kept)


def _connected(url: SplitResult) -> imaplib.IMAP4:
    host, tls = url.hostname or "", ssl.create_default_context()
    if url.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=tls, timeout=ANSWER_SECONDS)
    client = imaplib.IMAP4(host, url.port or 143, timeout=ANSWER_SECONDS)
    if parse_qs(url.query).get("starttls", ["required"])[-1] != "never":
        client.starttls(tls)
    return client


async def read_mailbox(url: str, *, secret_key: str, now: datetime) -> Counter[str | None]:
    """Take in the answers among the new mails of a mailbox; a mail is marked once its answer is kept.

    One that cannot be read as the answer that it may be is flagged for the people who read the mailbox too. Returns how
    many of each answer, ASIDE for those, None for the mails that hold none that counts. Raises MailboxUnreachable.
    """
    tally: Counter[str | None] = Counter()
    mailbox = await asyncio.to_thread(open_mailbox, url)
    try:
        for number in await asyncio.to_thread(mailbox.new):
            answer = await asyncio.to_thread(_answer, mailbox, number)
            word = await take(answer, secret_key=secret_key, now=now)
            tally[word] += 1
            await asyncio.to_thread(mailbox.mark, number, reply=answer not in {None, ASIDE}, aside=word == ASIDE)
    finally:
        await asyncio.to_thread(mailbox.close)
    return tally


def aside_in_mailbox(url: str) -> int:
    """How many mails are set aside. It waits for a server: call it from a thread. Raises MailboxUnreachable."""
    mailbox = open_mailbox(url)
    try:
        return len(mailbox.aside())
    finally:
        mailbox.close()


def _answer(mailbox: Mailbox, number: bytes) -> Answer:
    return answer_in(mailbox.content(number))


logger = logging.getLogger(__name__)

READ, ASIDE_FOLDER = "read", "aside"
FILES_AT_A_TIME = 500


async def read_folder(folder: Path, *, secret_key: str, now: datetime) -> Counter[str | None]:
    """Take in the answers of a folder's mails, then put each mail away in its `read` subfolder, erased 30 days later.

    One that cannot be read as the answer that it may be goes to `aside`, for as long. Returns how many of each answer,
    ASIDE for those, None for the mails that hold none that counts. Raises OSError when the folder cannot be read.
    """
    tally: Counter[str | None] = Counter()
    for file in await asyncio.to_thread(_waiting, folder):
        try:
            raw = await asyncio.to_thread(_content, file)
        except OSError as error:
            logger.warning("reply %s cannot be read: %s", file.name, error.strerror)
            continue
        word = await take(await asyncio.to_thread(answer_in, raw), secret_key=secret_key, now=now)
        tally[word] += 1
        await asyncio.to_thread(_put_away, file, ASIDE_FOLDER if word == ASIDE else READ, now)
    for kept in (READ, ASIDE_FOLDER):
        await asyncio.to_thread(forget_files, folder / kept, now=now)
    return tally


def aside_in_folder(folder: Path) -> int:
    """How many mails are set aside. It reads a folder: call it from a thread."""
    return sum(file.suffix.lower() == ".eml" for file in (folder / ASIDE_FOLDER).glob("*"))


def _waiting(folder: Path) -> list[Path]:
    # `iterdir` fails where the folder is missing; `glob` would say that it is empty.
    found = [file for file in folder.iterdir() if file.suffix.lower() == ".eml" and file.is_file()]
    return sorted(found)[:FILES_AT_A_TIME]


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _put_away(file: Path, where: str, now: datetime) -> None:
    done = file.parent / where
    done.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):  # another worker has read it too, and was faster
        # Its thirty days begin when it was read.
        os.utime(file, (now.timestamp(), now.timestamp()))
        file.replace(done / file.name)
