"""Reading replies that a mail program leaves in a folder, one .eml file each."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from booking.calendar.replies.forget import forget_files
from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.rules import ASIDE, LARGEST
from booking.calendar.replies.take import take

logger = logging.getLogger(__name__)

READ, ASIDE_FOLDER = "read", "aside"
AT_A_TIME = 500


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
    return sorted(found)[:AT_A_TIME]


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
