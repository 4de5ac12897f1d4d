"""The cluster as a test runs it: on ports and in a folder of its own, asked by the same words as `make cluster`."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from deploy.cluster.control import say
from deploy.cluster.layout import postgres_programs
from deploy.cluster.members import lacking
from deploy.cluster.start import PROGRAMS
from tests.command_line import ROOT, environ, processes_of
from tests.faults.client import ACTS
from tests.faults.crowd import Crowd

STARTS_IN = 240.0
Acts = dict[str, int]
SEEN = ACTS | {"visit": 2}
# Acts that somebody is told of by mail, most of them.
TOLD = {"book": 8, "move": 3, "cancel": 5, "look": 2, "read": 6, "scan": 6}
# Of what a leader writes, or of what a standby is streamed; nothing where a standby is streamed nothing.
# InternalClientError: asyncpg still reads the last message of a server that goes.
NOT_THERE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
TO_SEND = "SELECT (SELECT count(*) FROM events_to_tell) + (SELECT count(*) FROM notices WHERE state = 'queued')"
TIMELINE = """SELECT CASE WHEN pg_is_in_recovery()
  THEN (SELECT received_tli FROM pg_stat_wal_receiver WHERE status = 'streaming')
  ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END"""


def why_not() -> str:
    """What this machine lacks for a cluster; empty where it can have one."""
    missing = lacking(PROGRAMS)
    if missing:
        return f"no cluster here: {', '.join(missing)} missing (deploy/packages.sh installs them, as root)"
    return ""


class Breakable:
    """pg_rewind as Patroni finds it, which can be broken: it says so and does nothing."""

    def __init__(self, home: Path) -> None:
        self._broken, self._asked = home / "pg_rewind.broken", home / "pg_rewind.asked"
        self._asked.touch()
        self._asked.chmod(0o666)
        script = home / "pg_rewind"
        script.write_text(
            f'#!/bin/sh\n[ -e {self._broken} ] || exec {postgres_programs()}/pg_rewind "$@"\n'
            f"echo broken >>{self._asked}\nexit 1\n"
        )
        script.chmod(0o755)
        self.told = {"PATRONI_POSTGRESQL_BIN_PG_REWIND": str(script)}

    @contextmanager
    def broken(self) -> Iterator[None]:
        self._asked.write_text("")
        self._broken.touch()
        try:
            yield
        finally:
            self._broken.unlink()

    @property
    def asked(self) -> bool:
        """Whether it was asked for in vain since it broke."""
        return bool(self._asked.read_text())


class Cluster:
    """One that serves, from its start to its end."""

    def __init__(
        self,
        home: Path,
        *,
        module: str = "deploy.cluster",
        tree: Path = ROOT,
        python: Path | str = sys.executable,
        **told: str,
    ) -> None:
        """`tree`, `python`: those of another version."""
        self.home = home
        self.port = random.randrange(9000, 20000, 200)
        self.pg_rewind = Breakable(home)
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115 open as long as the cluster
        self.process = subprocess.Popen(
            [python, "-m", module],
            env=environ(home, PORT=str(self.port), **self.pg_rewind.told, **told),
            cwd=tree,
            stdin=subprocess.PIPE,
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

    def doors(self) -> list[tuple[str, int]]:
        """Where people come in: the entry, and the nginx of the other machine."""
        [(host, port)] = re.findall(r"^nginx2 http://(\S+):(\d+)$", self.said(), re.MULTILINE)
        return [("127.0.0.1", self.port), (host, int(port))]

    def superuser(self, number: int) -> dict[str, Any]:
        """How who owns the PostgreSQL of a machine comes to it, for asyncpg."""
        settings = self.told()["settings"]
        host, _, port = settings[f"POSTGRES{number}"].rpartition(":")
        told = {"user": "postgres", "password": settings["SUPERUSER_PASSWORD"], "database": "postgres"}
        return {"host": host, "port": int(port), **told}

    def members(self) -> dict[int, str]:
        """What each database machine says of itself, where its Patroni answers: leader, sync_standby, replica."""
        settings = self.told()["settings"]
        return {n: role for n in (1, 2, 3) if (role := _role(settings[f"PATRONI{n}"], self.ours))}

    @property
    def ours(self) -> ssl.SSLContext:
        """Who trusts the cluster's own authority."""
        return ssl.create_default_context(cafile=self.folder / "machines" / "authority.crt")

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

    def timelines(self) -> dict[int, int]:
        """The timeline that each database machine writes or streams, where it does."""
        return asyncio.run(self._timelines())

    def alike(self) -> bool:
        """Whether all three are there, on one timeline, with one that leads and two that stream what it writes."""
        return self.whole() and len(found := self.timelines()) == 3 and len(set(found.values())) == 1

    def turn(self, state: str, *doors: str) -> None:
        """Open or shut doors of a cluster that has them (`tests.faults.gated`)."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{door} {state}\n" for door in doors).encode())
        self.process.stdin.flush()

    def back(self, name: str) -> None:
        """Start one that was killed, once the cluster has noticed that it is dead."""
        until(lambda: name not in {one["name"] for one in self.told()["processes"]}, 30, lambda: f"{name} lives")
        self.say("start", name)

    async def _timelines(self) -> dict[int, int]:
        found = {}
        for number in (1, 2, 3):
            with suppress(*NOT_THERE):
                connection = await asyncpg.connect(self.url(f"POSTGRES{number}"), timeout=5)
                try:
                    found[number] = await connection.fetchval(TIMELINE)
                finally:
                    await connection.close()
        return {number: line for number, line in found.items() if line}

    def crowd(self, logs: Path, *, clients: int = 4, groups: int = 60, slots: int = 80) -> Crowd:
        """Clients, their schools and slots laid into the database, whose logs lie in a folder of the caller's."""
        key = self.told()["settings"]["SECRET_KEY"]
        return Crowd.at(self.url("WRITE1"), logs, key=key, clients=clients, groups=groups, slots=slots)

    def let_in(self, crowd: Crowd, *, rate: float, seed: int, patience: float = 4, acts: Acts = SEEN) -> None:
        """They come by both doors, as people do; some of them only look, at what a standby shows."""
        name = f"127.0.0.1:{self.port}"
        crowd.go(self.doors(), rate=rate, seed=seed, name=name, hands=10, patience=patience, acts=acts)

    def wait_until_told(self) -> None:
        """Until nothing waits to be sent."""
        until(lambda: asyncio.run(self._to_send()) == 0, 180, lambda: "mails wait still")

    async def _to_send(self) -> int:
        connection = await asyncpg.connect(self.url("WRITE1"))
        try:
            return int(await connection.fetchval(TO_SEND))
        finally:
            await connection.close()

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def left(self) -> list[psutil.Process]:
        """Processes of it that live still."""
        return [one for one in processes_of(self.home) if one.pid != self.process.pid]


def _role(patroni: str, ours: ssl.SSLContext) -> str:
    """Asked of itself: what a machine knows of the others may be of before."""
    for path, role in (("primary", "leader"), ("sync", "sync_standby"), ("replica", "replica")):
        with suppress(OSError), urllib.request.urlopen(f"https://{patroni}/{path}", timeout=3, context=ours) as answer:
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
