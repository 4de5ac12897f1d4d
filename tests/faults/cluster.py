"""The cluster as a test runs it: on ports and in a folder of its own, asked by the same words as `make cluster`."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from deploy.cluster.control import say
from deploy.cluster.members import lacking
from deploy.cluster.start import PROGRAMS
from tests.command_line import ROOT, environ, processes_of
from tests.faults.client import ACTS
from tests.faults.crowd import Crowd

STARTS_IN = 240.0
Acts = dict[str, int]
SEEN = ACTS | {"visit": 2}


def why_not() -> str:
    """What this machine lacks for a cluster; empty where it can have one."""
    missing = lacking(PROGRAMS)
    if missing:
        return f"no cluster here: {', '.join(missing)} missing (deploy/packages.sh installs them, as root)"
    return ""


class Cluster:
    """One that serves, from its start to its end."""

    def __init__(self, home: Path, **told: str) -> None:
        self.home = home
        self.port = random.randrange(9000, 20000, 200)
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115 open as long as the cluster
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cluster"],
            env=environ(home, PORT=str(self.port), **told),
            cwd=ROOT,
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )
        until(lambda: "\nentry " in self.said(), STARTS_IN, self.said, alive=self.process)

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read()

    @property
    def folder(self) -> Path:
        return self.home / "cluster"

    def told(self) -> dict[str, Any]:
        """What the cluster says of itself now."""
        assert say(self.folder, "list")
        found: dict[str, Any] = json.loads((self.folder / "processes.json").read_text())
        return found

    def logged(self, name: str) -> list[dict[str, str]]:
        """What a process of Technilab has written so far; every line of it is JSON."""
        lines = (self.folder / f"{name}.log").read_text().splitlines()
        crash = self.folder / "files" / "erreur.txt"
        assert all(line.startswith("{") for line in lines), (name, lines[-3:], crash.exists() and crash.read_text())
        return [json.loads(line) for line in lines]

    def pid(self, name: str) -> int:
        return {one["name"]: int(one["pid"]) for one in self.told()["processes"]}[name]

    def say(self, *words: str) -> None:
        assert say(self.folder, *words), words

    def url(self, door: str) -> str:
        settings = self.told()["settings"]
        user, named = ("technilab_acts", "ACTING") if door.startswith("PGBOUNCER") else ("technilab", "TECHNILAB")
        return f"postgresql://{user}:{settings[f'{named}_PASSWORD']}@{settings[door]}/technilab"

    def members(self) -> dict[int, str]:
        """What each database machine says of itself, where its Patroni answers: leader, sync_standby, replica."""
        settings = self.told()["settings"]
        return {n: role for n in (1, 2, 3) if (role := _role(settings[f"PATRONI{n}"]))}

    def leader(self) -> int:
        """Who leads, as soon as one says so: a busy machine's Patroni may be slow to."""
        lead: list[int] = []

        def one_leads() -> bool:
            lead[:] = [number for number, role in self.members().items() if role == "leader"]
            return bool(lead)

        until(one_leads, 60, lambda: str(self.members()))
        return lead[0]

    def whole(self) -> bool:
        """Whether one leads, one confirms and one follows."""
        return sorted(self.members().values()) == ["leader", "replica", "sync_standby"]

    def crowd(self, logs: Path, *, clients: int = 4, groups: int = 60, slots: int = 80) -> Crowd:
        """Clients, their schools and slots laid into the database, whose logs lie in a folder of the caller's."""
        key = self.told()["settings"]["SECRET_KEY"]
        return Crowd.at(self.url("WRITE1"), logs, key=key, clients=clients, groups=groups, slots=slots)

    def let_in(self, crowd: Crowd, *, rate: float, seed: int, patience: float = 4, acts: Acts = SEEN) -> None:
        """They come by the entry, as people do; some of them only look, at what a standby shows."""
        entry, name = [("127.0.0.1", self.port)], f"127.0.0.1:{self.port}"
        crowd.go(entry, rate=rate, seed=seed, name=name, hands=10, patience=patience, acts=acts)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def left(self) -> list[psutil.Process]:
        """Processes of it that live still."""
        return [one for one in processes_of(self.home) if one.pid != self.process.pid]


def _role(patroni: str) -> str:
    """Asked of itself: what a machine knows of the others may be of before."""
    for path, role in (("primary", "leader"), ("sync", "sync_standby"), ("replica", "replica")):
        with suppress(OSError), urllib.request.urlopen(f"http://{patroni}/{path}", timeout=3) as answer:
            if answer.status == 200:
                return role
    return ""


def until(
    seen: Callable[[], bool], within: float, told: Callable[[], str], *, alive: subprocess.Popen[bytes] | None = None
) -> None:
    """Wait for it; what is `told` explains a failure."""
    deadline = time.monotonic() + within
    while not seen():
        assert alive is None or alive.poll() is None, told()
        assert time.monotonic() < deadline, told()
        time.sleep(0.2)
