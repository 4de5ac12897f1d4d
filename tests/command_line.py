"""The command line as a person uses it: real processes, on a data folder of their own.

said = technilab("token", "claire@ac-besancon.fr", home=home)
assert (said.returncode, said.stderr) == (2, "Aucun compte ne porte cette adresse.\\n")
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

import httpx
import psutil

ROOT = Path(__file__).parent.parent
OURS = (
    *("DATABASE_URL", "REDIS_URL", "DATA_DIR", "PORT", "WORKERS", "DEMO", "BASE_URL", "SECRET_KEY", "SMTP_URL"),
    *("IMAP_URL", "REPLIES_DIR", "ONE_OF_SEVERAL", "HOST", "DATABASE_READ_URL", "MIGRATE_URL", "STANDBYS", "RELOAD"),
    *("TRUSTED_PROXIES", "METRICS_TOKEN", "LOG_FORMAT", "MAIL_FROM", "OPERATOR", "DPO", "SECURITY_LOG_DAYS"),
    # Where it names this tree, another version's command runs our modules.
    "PYTHONPATH",
)
MEMORY, ROOM = Path("/dev/shm"), 6 * 1024**3
PORTS = (10_000, 32_000)
PATIENCE = 90.0  # seconds: two cores, and the rest of the tests beside


@contextmanager
def data_folder(inside: Path | None = None) -> Iterator[Path]:
    """An empty data folder, with nothing running on it before or after; in memory where there is room for a cluster."""
    home = Path(tempfile.mkdtemp(prefix="technilab-home-", dir=inside or _in_memory()))
    home.chmod(0o755)
    try:
        yield home
    finally:
        for left in processes_of(home):
            left.kill()
        shutil.rmtree(home)


def _in_memory() -> Path | None:
    """A disk writes and forgets some thousands of files more slowly than a test runs."""
    with suppress(OSError):
        return MEMORY if shutil.disk_usage(MEMORY).free > ROOM else None
    return None


def environ(home: Path, **told: str) -> dict[str, str]:
    """What a person who sets `told` and DATA_DIR, and nothing else, gives to a command."""
    mine = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**mine, "DATA_DIR": str(home), **told}


def technilab(*words: str, home: Path, **told: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "booking", *words],
        env=environ(home, **told),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def python(script: str, home: Path, **told: str) -> subprocess.Popen[str]:
    """Start a few lines of Python with the environment of a command; what they print can be read."""
    command = [sys.executable, "-c", script]
    return subprocess.Popen(
        command, env=environ(home, **told), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


class Running:
    """A command that goes on until it is stopped."""

    def __init__(
        self, *words: str, home: Path, port: int, module: str = "booking", tree: Path = ROOT, **told: str
    ) -> None:
        self.home = home
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115 open as long as the command
        self._heard = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            env=environ(home, **{"DEMO": "1", "PORT": str(port)} | told),
            cwd=tree,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def said(self) -> str:
        self._output.seek(0)
        return self._output.read()[self._heard :]

    def listen_anew(self) -> None:
        """What it has said until now is forgotten."""
        self._heard += len(self.said())

    def wait_for_a_page(self) -> None:
        eventually(self._answers, "no page")

    def children(self, word: str) -> list[psutil.Process]:
        """Its direct children whose command line holds this word; one that dies as we ask has none any more."""
        found = []
        for one in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):  # a zombie is one too
                if word in one.cmdline():
                    found.append(one)
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running(
    *words: str, home: Path, port: int | None = None, module: str = "booking", tree: Path = ROOT, **told: str
) -> Iterator[Running]:
    """A command that serves pages, `tree` being where the code is; stopped at the end of the block if it was not
    before."""
    command = Running(*words, home=home, port=port or free_port(), module=module, tree=tree, **told)
    try:
        command.wait_for_a_page()
        yield command
    finally:
        if command.process.poll() is None:
            command.stop()


def free_port() -> int:
    """A port that nothing listens on, from where no system takes those of outgoing calls: one that it would give us is
    given to the next caller too, until what we start has come to listen on it."""
    while True:
        port = SystemRandom().randrange(*PORTS)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


def eventually(seen: Callable[[], bool], failing: str, *, within: float = PATIENCE) -> None:
    """Wait until `seen()` is true, for so many seconds at most."""
    deadline = time.monotonic() + within
    while not seen():
        assert time.monotonic() < deadline, failing
        time.sleep(0.05)


def processes_of(home: Path) -> list[psutil.Process]:
    """Whatever runs on this data folder: commands, their children, engines."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (
                any(str(home) in word for word in process.cmdline()) or process.environ().get("DATA_DIR") == str(home)
            ):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
