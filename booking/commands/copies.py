"""The copies of COPIES_DIR: one more each night, the oldest gone, and what became of it kept where it is watched."""

from __future__ import annotations

import asyncio
import fcntl
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from booking.commands.archive import IN_THE_CLEAR, BackupRefused
from booking.commands.direct import go_straight
from booking.commands.words import counted, sentence_of
from booking.outbox.copies.record import record_copy, record_failure
from booking.outbox.copies.rules import Act, Kept, Way
from booking.process.copies import CopiesPlace, copies_place
from booking.process.settings import SettingsRefused, data_folder

NAME = re.compile(r"technilab-(\d{4}-\d\d-\d\dT\d{6}Z)\.backup\.enc")
WRITTEN = "%Y-%m-%dT%H%M%SZ"


class AlreadyCopying(BackupRefused):
    sentence = "Une copie est déjà en cours : attendez sa fin."


def keep_one_more(keep: Callable[[Path, str], str]) -> str:
    """Make a copy by `keep`, let those go whose days are over, and write down that it was made, or why it was not."""
    started, now = time.monotonic(), datetime.now(UTC)
    with recorded_if_it_fails(Act.COPY, Way.FILE), _alone():
        place = the_place()
        told = keep(place.folder / f"technilab-{now:{WRITTEN}}.backup.enc", place.key)
        gone = let_go(place, now=now)
        seconds = round(time.monotonic() - started)
        asyncio.run(record_copy(Way.FILE, seconds=seconds, kept_days=place.days, now=datetime.now(UTC)))
    return f"{told} {counted(gone, 'copie', 'copies')} de plus de {counted(place.days, 'jour', 'jours')} {_goes(gone)}."


def _goes(gone: int) -> str:
    return "sont effacées" if gone > 1 else "est effacée"


def the_place() -> CopiesPlace:
    """Where copies go; raises SettingsRefused where nobody said."""
    if (place := copies_place()) is None:
        raise SettingsRefused("Donnez un FICHIER, ou dans COPIES_DIR le dossier des copies (docs/copies.md).")
    return place


def copies_in(folder: Path) -> list[tuple[datetime, Path]]:
    """Each copy of a folder with the instant at which it was begun, the latest last."""
    found = ((NAME.fullmatch(one.name), one) for one in folder.glob("technilab-*"))
    return sorted((datetime.strptime(name[1], WRITTEN).replace(tzinfo=UTC), one) for name, one in found if name)


def copies_seen(put_in_place: datetime | None, *, seconds: int, now: datetime) -> list[Kept]:
    """What a restoration sees of copies by itself: the last one of COPIES_DIR, and that one of that instant was tried
    and put in place. Nothing where none are made on this machine."""
    with suppress(SettingsRefused):  # said by whoever makes copies
        if (place := copies_place()) is not None:
            last = [Kept(Act.COPY, Way.FILE, made_at, kept_days=place.days) for made_at, _ in copies_in(place.folder)]
            tried = Kept(Act.REHEARSAL, Way.FILE, now, put_in_place, seconds)
            return last[-1:] + ([tried] if put_in_place is not None else [])
    return []


def let_go(place: CopiesPlace, *, now: datetime) -> int:
    """Erase the copies whose days are over, counted from night to night; returns how many."""
    last_gone = now.date() - timedelta(days=place.days)
    over = [one for made_at, one in copies_in(place.folder) if made_at.date() <= last_gone]
    for one in over:
        one.unlink()
    return len(over)


@contextmanager
def recorded_if_it_fails(act: Act, way: Way) -> Iterator[None]:
    """What fails in it is written down where it is watched, as far as the database can be reached, and raised."""
    try:
        yield
    except Exception as error:
        failure = sentence_of(error)
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            go_straight()
            asyncio.run(record_failure(act, way, failure=failure, now=datetime.now(UTC)))
        raise


@contextmanager
def _alone() -> Iterator[None]:
    """One copy at a time, and nothing left of one that was killed, which would lie open."""
    data = data_folder()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "copy.lock").open("w") as alone:
        try:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyCopying from None
        place = the_place()
        for left in (*data.glob(f"technilab-*{IN_THE_CLEAR}"), *place.folder.glob("technilab-*.part")):
            left.unlink(missing_ok=True)
        yield
