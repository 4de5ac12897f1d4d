"""A Technilab of real processes on loopback, every one of which can be hurt: what a fault run is done to.

A primary and a standby that confirms, a Valkey, a mail server, two web processes (one in a network of its own where we
may make one), two workers; doors that can be shut stand before the web processes and before PostgreSQL.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from booking.process.embedded.provide import Valkey
from tests.command_line import ROOT, data_folder, environ, eventually, free_port
from tests.faults.crowd import NAME, Crowd
from tests.replica import Server, primary_and_standby

CLOCK = "/usr/lib/*/faketime/libfaketimeMT.so.1"
DISK = "2500m"
WAITING = """SELECT (SELECT count(*) FROM events_to_tell)
  + (SELECT count(*) FROM notices WHERE state = 'queued' AND next_try_at <= now())"""


@dataclass
class Process:
    """One of our processes, started again by the same words."""

    words: list[str]
    told: dict[str, str]
    log: Path
    home: Path
    before: tuple[str, ...] = ()
    build: Path = ROOT
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(
                [*self.before, sys.executable, "-m", *self.words],
                env=environ(self.home, **self.told),
                cwd=self.build,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """To it and to all its children at once."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        if self.running is not None:
            self.running.wait(timeout=20)


@dataclass
class Helper:
    """A program of ours beside the site, told line by line what to do."""

    words: list[str]
    running: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", *self.words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def say(self, line: str) -> None:
        assert self.running.stdin is not None
        self.running.stdin.write(line + "\n")
        self.running.stdin.flush()

    def hear(self) -> str:
        assert self.running.stdout is not None
        return self.running.stdout.readline().strip()


@dataclass
class Net:
    """A network namespace with a line to us that can be taken down."""

    name: str
    here: str
    there: str

    @property
    def line(self) -> str:
        return f"{self.name}h"

    def turn(self, state: str) -> None:
        ip("link", "set", self.line, state)


class Site:
    """What stands, where it can be asked, and the handles by which it is hurt."""

    def __init__(
        self, home: Path, primary: Server, standby: Server, *, net: Net | None, disk: Path | None, build: Path = ROOT
    ) -> None:
        self.home, self.net, self.disk, self.build = home, net, disk, build
        self.primary, self.standby = primary, standby
        self.queue = Valkey(home)
        self.post = Helper(["tests.faults.post", str(home / "mails.jsonl")])
        self.gates = Helper(["tests.faults.gate"])
        self.ports = {name: free_port() for name in ("web1", "web2", "db1", "db2", "own1", "own2")}
        self.key = secrets.token_urlsafe(48)
        self.crowd: Crowd | None = None
        self.broken_at = ""

    def start(self) -> None:
        self.follow()
        self.queue.start()
        hosts = ["127.0.0.1", *([self.net.here] if self.net else [])]
        doors = [
            {"name": "web1", "at": ["127.0.0.1"], "port": self.ports["web1"], "to": ["127.0.0.1", self.ports["own1"]]},
            {
                "name": "web2",
                "at": ["127.0.0.1"],
                "port": self.ports["web2"],
                "to": [self.net.there if self.net else "127.0.0.1", self.ports["own2"]],
            },
            {"name": "db1", "at": hosts, "port": self.ports["db1"], "to": ["127.0.0.1", self.primary.port]},
            {"name": "db2", "at": hosts, "port": self.ports["db2"], "to": ["127.0.0.1", self.standby.port]},
        ]
        self.gates.say(json.dumps(doors))
        assert self.gates.hear() == "open"
        self.doors = {self.primary.port: "db1", self.standby.port: "db2"}
        told = {
            "REDIS_URL": self.queue.url(),
            "SMTP_URL": f"smtp://127.0.0.1:{self.post.hear()}",
            "SECRET_KEY": self.key,
            "BASE_URL": f"https://{NAME}",
        }
        apart = {"PORT": str(self.ports["own2"])} | ({"HOST": self.net.there} if self.net else {})
        apart_at = self.net.here if self.net else "127.0.0.1"
        inside = ("ip", "netns", "exec", self.net.name) if self.net else ()
        self.web1 = self._process("web1", "web", told | {"PORT": str(self.ports["own1"])} | self._database("127.0.0.1"))
        self.web2 = self._process("web2", "web", told | apart | self._database(apart_at), before=inside)
        self.worker1 = self._process("worker1", "worker", told | self._database("127.0.0.1"))
        self.worker2 = self._process("worker2", "worker", told | self._database("127.0.0.1"))
        for one in self.processes:
            one.start()

    @property
    def processes(self) -> list[Process]:
        return [self.web1, self.web2, self.worker1, self.worker2]

    def said(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text()

    def follow(self) -> None:
        """From now on the primary acknowledges nothing that its standby has not.

        Its tables grow from nothing: they are counted often, or what was planned while they were small goes on.
        """
        self.primary.ask("ALTER SYSTEM SET autovacuum_naptime = '3s'")
        self.primary.ask("ALTER SYSTEM SET max_wal_size = '192MB'")  # both servers share one small disk
        # What a standby has not heard yet is kept through a crash of both, or it could follow no more.
        self.primary.ask("ALTER SYSTEM SET wal_keep_size = '256MB'")
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.ask("SELECT pg_reload_conf()")

    def alone(self, server: Server) -> None:
        server.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
        server.ask("SELECT pg_reload_conf()")

    def fail_over(self) -> None:
        """The primary dies, the standby takes its place and goes on alone until a new one follows it."""
        self.primary.stop("immediate")
        self.standby.promote()
        self.alone(self.standby)
        self.primary, self.standby = self.standby, self.primary

    def rebuild(self) -> None:
        """What was the primary is copied anew, and confirms again."""
        shutil.rmtree(self.standby.folder)
        self.standby.standby_of(self.primary)
        self.standby.start()
        self.follow()

    def shifting(self, by: str) -> dict[str, str]:
        """The environment of a process whose clock is wrong by so much; empty without Debian's faketime."""
        found = sorted(Path("/").glob(CLOCK.lstrip("/")))
        if not found:
            return {}
        return {"LD_PRELOAD": str(found[0]), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME": by}

    def make_world(self, **size: float) -> Crowd:
        self.crowd = Crowd.at(self.primary.url, self.home, key=self.key, **size)
        return self.crowd

    def send_clients(self, **told: Any) -> None:
        doors = [("127.0.0.1", self.ports[door]) for door in ("web1", "web2")]
        assert self.crowd is not None
        for door in ("web1", "web2"):
            eventually(lambda door=door: serves(self.ports[door]), f"{door} does not serve: {self.said(door)}")
        self.crowd.go(doors, **told)

    def mails(self) -> list[tuple[str, str]]:
        """Each mail that arrived, with whom it arrived at."""
        log = self.home / "mails.jsonl"
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return [(line["mail"], to) for line in lines for to in line["to"]]

    def waiting_mails(self) -> int:
        """Acts that somebody is still to be told of, and mails that are due, those in a worker's hands too."""
        return int(self.primary.ask(WAITING))

    def lost_mails(self) -> int:
        """Mails written down as sent that never arrived, each of which may tell of several acts."""
        sent = int(self.primary.ask("SELECT count(DISTINCT coalesce(mail, id)) FROM notices WHERE state = 'sent'"))
        return max(0, sent - len(set(self.mails())))

    def stop(self) -> None:
        if self.crowd is not None:
            self.crowd.stop()
        for one in self.processes:
            one.signal(signal.SIGKILL)
        for one in self.processes:
            one.kill()
        for helper in (self.gates, self.post):
            helper.running.kill()
        self.queue.stop()

    def _database(self, address: str) -> dict[str, str]:
        doors = ",".join(f"{address}:{self.ports[door]}" for door in ("db1", "db2"))
        return {"DATABASE_URL": f"postgresql://postgres@{doors}/technilab?target_session_attrs=read-write"}

    def _process(self, name: str, word: str, told: dict[str, str], before: tuple[str, ...] = ()) -> Process:
        return Process(["booking", word], told, self.home / f"{name}.log", self.home / name, before, self.build)


@contextmanager
def site(build: Path = ROOT) -> Iterator[Site]:
    """All of it started, its own processes from a build of the product; nothing of it is left at the end."""
    with ExitStack() as stack:
        home = stack.enter_context(data_folder())
        disk = stack.enter_context(own_disk(home / "disk"))
        pair = stack.enter_context(primary_and_standby(inside=disk))
        net = stack.enter_context(own_network())
        here = Site(home, pair.primary, pair.standby, net=net, disk=disk, build=build)
        try:
            here.start()
            yield here
        finally:
            here.stop()


@contextmanager
def own_disk(folder: Path) -> Iterator[Path | None]:
    """A disk in memory that can be filled; None where we may not mount one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "technilab", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def own_network() -> Iterator[Net | None]:
    """A namespace with a line to us; None where we may not make one."""
    number = os.getpid() % 200
    net = Net(f"tl{os.getpid() % 100000}", f"10.213.{number}.1", f"10.213.{number}.2")
    try:
        ip("netns", "add", net.name)
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        ip("link", "add", net.line, "type", "veth", "peer", "name", f"{net.name}t", "netns", net.name)
        ip("addr", "add", f"{net.here}/24", "dev", net.line)
        ip("link", "set", net.line, "up")
        # While the line is down its addresses lead nowhere, not to whoever answers at this machine's gateway.
        ip("route", "add", "unreachable", f"10.213.{number}.0/24", "metric", "4096")
        ip("-n", net.name, "addr", "add", f"{net.there}/24", "dev", f"{net.name}t")
        for end in (f"{net.name}t", "lo"):
            ip("-n", net.name, "link", "set", end, "up")
        yield net
    finally:
        ip("netns", "del", net.name)
        ip("route", "del", "unreachable", f"10.213.{number}.0/24", "metric", "4096")


def serves(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=3).status_code == 200
    return False


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def backends_of(server: Server) -> list[psutil.Process]:
    """PostgreSQL's processes that serve somebody."""
    pid = int((server.folder / "postmaster.pid").read_text().split()[0])
    found = []
    for one in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):
            if "technilab" in " ".join(one.cmdline()):
                found.append(one)
    return found
