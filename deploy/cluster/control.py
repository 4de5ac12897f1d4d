"""A line of words to the cluster that runs: `start patroni1`, `stop web2`, `restart web1`, `renew`, `list`.

`renew` renews the certificates by which its machines know each other, where they end soon.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

from deploy.cluster.members import Members

LONGEST = 4096


class Control:
    """The socket `control` in the cluster's folder, for its owner alone."""

    def __init__(self, own: Members, wait_for: Callable[[str], None], renew: Callable[[], None]) -> None:
        self._own = own
        self._renew = renew
        self._wait_for = wait_for
        self._place = own.layout.folder / "control"

    def __enter__(self) -> Control:
        self._place.unlink(missing_ok=True)
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._door.bind(str(self._place))
        self._place.chmod(0o600)
        self._door.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
        self._place.unlink(missing_ok=True)

    def obey(self, *, for_seconds: float) -> None:
        """Do what is asked during this time."""
        ends = time.monotonic() + for_seconds
        while (left := ends - time.monotonic()) > 0:
            self._door.settimeout(left)
            try:
                asked, _ = self._door.accept()
            except TimeoutError:
                return
            with asked:
                asked.settimeout(2)
                asked.sendall(self._do(asked.recv(LONGEST).decode().split()).encode())

    def _do(self, words: list[str]) -> str:
        match words:
            case ["list"]:
                pass
            case ["renew"]:
                self._renew()
            case ["start", name] if name in self._own.known and name not in self._own.running:
                self._own.start(name)
                self._wait_for(name)
            case ["stop", name] if name in self._own.running:
                self._own.stop(name)
            case ["restart", name] if name in self._own.running:
                self._own.stop(name)
                self._own.start(name)
                self._wait_for(name)
            case _:
                return "refused\n"
        self._own.write_down()
        return "done\n"


def say(folder: Path, *words: str) -> bool:
    """Ask the cluster of this folder, and wait until it is done; whether it was."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(str(folder / "control"))
        line.sendall(" ".join(words).encode())
        return line.recv(LONGEST) == b"done\n"
