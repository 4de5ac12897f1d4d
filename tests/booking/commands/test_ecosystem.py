"""What people of the ecosystem type works too, with nothing but a data folder."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.command_line import PATIENCE, ROOT, environ, eventually, free_port, processes_of

BIN = Path(sys.executable).parent


def test_piccolo_tells_that_every_migration_has_run(home: Path) -> None:
    told = environ(home, PICCOLO_CONF="booking.piccolo_conf", COLUMNS="200")
    said = subprocess.check_output([BIN / "piccolo", "migrations", "check"], env=told, cwd=ROOT, text=True)
    ran = [line.rsplit("|", 1)[1].strip() for line in said.splitlines() if " | 20" in line]
    assert ran == ["True"] * len(list(ROOT.glob("piccolo_migrations/*/*_[0-9]*.py")))
    assert processes_of(home) == []


def test_litestar_serves_the_application(home: Path) -> None:
    port = free_port()
    command = [BIN / "litestar", "--app", "booking.app:create_app", "run", "--port", str(port)]
    server = subprocess.Popen(command, env=environ(home, DEMO="1"), cwd=ROOT, stdout=subprocess.DEVNULL)
    eventually(lambda: _state(port) == "ready", "litestar serves nothing")
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=PATIENCE) == 0
    assert processes_of(home) == []


def test_arq_runs_the_worker(home: Path) -> None:
    command = [BIN / "arq", "booking.worker.WorkerSettings"]
    worker = subprocess.Popen(command, env=environ(home, DEMO="1"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert worker.stderr is not None
    assert worker.stderr.readline().partition(": ")[2].startswith("Starting worker for ")
    eventually(lambda: list(home.glob("mail/*.eml")) != [], "arq sent no mail")
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=PATIENCE)
    assert processes_of(home) == []


def _state(port: int) -> str:
    try:
        return str(httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).json()["state"])
    except httpx.TransportError:
        return ""
