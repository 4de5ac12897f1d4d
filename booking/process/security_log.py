"""The security log: who came in or was refused, who gave or took an access, from which network address.

A file for each day and machine in `DATA_DIR/security`, one JSON object a line. Not in the database, whose copies would
keep a visitor's address for as long as they are kept: here a day that has been kept long enough is a file that is
removed. Accounts are numbers; no name, mail address, secret nor pupil is ever written.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from booking.process.settings import data_folder, given_settings
from workshops.database.request_id import program, request_id

FOLDER = "security"
# Of one address that knocks again and again, the first of an hour and then the hundredth, the thousandth: a flood
# writes little. Whatever else it does, a day of refusals stays below so many bytes; what succeeds is always written.
EACH, REFUSALS_MOST = 10, 200_000_000
ADDRESSES_MOST = 100_000
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)\.[\w.-]+\.jsonl")

log = logging.getLogger("technilab")
# Who asks for what is being done: the network address, and the method and route; None where nobody asks by a request.
asker: ContextVar[Callable[[], tuple[str, str]] | None] = ContextVar("asker", default=None)


class _Process:
    """What this process remembers: the day on which it last removed old files, and how often it was knocked at."""

    day: date | None = None
    hour: datetime | None = None
    often: ClassVar[Counter[tuple[str, str]]] = Counter()


def note(
    act: str,
    *,
    account: int | None,
    about: str = "",
    refusal: bool = False,
    of_program: int | None = None,
    now: datetime,
) -> None:
    """Write one line; `of_program` is the number of the program that asked, where the request is over.

    Where it cannot be written, the other log says so, and what people do goes on."""
    address, route = asked() if (asked := asker.get()) is not None else ("", "")
    often = _worth(act, address, now) if refusal else 1
    if not often:
        return
    line = {
        "at": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "act": act,
        "account": account,
        "program": program.get() if of_program is None else of_program,
        "about": about,
        "address": address,
        "route": route,
        "request": request_id.get(),
        "machine": socket.gethostname(),
        "often": often,
    }
    begin_day(now)
    try:
        _append(data_folder() / FOLDER, line, refusal=refusal, now=now)
    except OSError as error:
        log.error("the security log cannot be written: %s", error.strerror)


def begin_day(now: datetime) -> None:
    """Remove what has been kept long enough, at the first moment of a day that this process sees."""
    if _Process.day != (today := now.astimezone(UTC).date()):
        _Process.day = today
        try:
            forget(data_folder(), now=now)
        except OSError as error:
            log.error("a day of the security log cannot be removed: %s", error.strerror)


def forget(data_dir: Path, *, now: datetime, dry_run: bool = False) -> int:
    """Remove the days whose first line has been kept as long as SECURITY_LOG_DAYS says; returns how many."""
    last = now.astimezone(UTC).date() - timedelta(days=given_settings().security_log_days)
    old = [file for file, day in _files(data_dir) if day <= last]
    for file in old if not dry_run else ():
        file.unlink(missing_ok=True)
    return len(old)


def read(data_dir: Path, *, since: datetime) -> Iterator[dict[str, Any]]:
    """The lines of this machine from then on, the oldest first; one that was cut by a power failure is left out."""
    days: dict[date, list[Path]] = {}
    for file, day in _files(data_dir):
        days.setdefault(day, []).append(file)
    for day in sorted(day for day in days if day >= since.astimezone(UTC).date()):
        lines = [line for file in days[day] for text in file.read_text().splitlines() if (line := _line(text))]
        yield from (
            line
            for line in sorted(lines, key=lambda line: str(line["at"]))
            if datetime.fromisoformat(line["at"]) >= since
        )


def writes_in(folder: Path) -> bool:
    """Whether the account that owns the data folder can go on writing there."""
    if not folder.exists():
        return not folder.parent.exists() or os.access(folder.parent, os.W_OK)
    owner = folder.parent.stat().st_uid
    return os.access(folder, os.W_OK) and all(one.stat().st_uid == owner for one in (folder, *folder.iterdir()))


def _append(folder: Path, line: dict[str, Any], *, refusal: bool, now: datetime) -> None:
    file = folder / f"{now.astimezone(UTC):%Y-%m-%d}.{socket.gethostname()}.jsonl"
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _give_to_owner(folder)
    new = not file.exists()
    out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if not refusal or os.fstat(out).st_size < REFUSALS_MOST:
            # In one piece: several processes write in this file.
            os.write(out, json.dumps(line).encode() + b"\n")
    finally:
        os.close(out)
    if new:
        _give_to_owner(file)


def _give_to_owner(made: Path) -> None:
    """What a command of root's has begun, the account that serves the pages goes on writing."""
    if os.geteuid() == 0:
        owner = data_folder().stat()
        os.chown(made, owner.st_uid, owner.st_gid)


def _worth(act: str, address: str, now: datetime) -> int:
    """The how manieth of this hour it is, where that is worth a line; else 0."""
    if (
        _Process.hour != (hour := now.replace(minute=0, second=0, microsecond=0))
        or len(_Process.often) > ADDRESSES_MOST
    ):
        _Process.hour, _Process.often = hour, Counter()
    _Process.often[act, address] += 1
    often = _Process.often[act, address]
    return often if often <= EACH or set(str(often)[1:]) == {"0"} else 0


def _files(data_dir: Path) -> Iterator[tuple[Path, date]]:
    folder = data_dir / FOLDER
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if found := _DAY.fullmatch(file.name):
            yield file, date.fromisoformat(found[1])


def _line(text: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(text)
    except ValueError:
        return {}
    return read
