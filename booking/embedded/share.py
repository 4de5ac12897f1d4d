"""Several commands, one engine: who uses it is counted by the kernel's own file locks.

Every user holds a shared lock on `NAME.users`; the last to leave is the one that gets it alone. A process that was
killed has let go of its lock by dying, so it is never counted, and what it left running is found by the next user.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol


class EngineRefused(Exception):
    """The embedded engine cannot start here; the text says what to change."""


class Engine(Protocol):
    """A server that lives in `folder` and can be seen by every process of this machine."""

    folder: Path

    def url(self) -> str: ...

    def answers(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Share:
    """This process's part in one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._users: int | None = None

    def join(self) -> None:
        """Use the engine, and start it if nobody has."""
        self.engine.folder.parent.mkdir(parents=True, exist_ok=True)
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
