"""The version before and this one on one base, one taking the other's place under clients, and back: nobody notices."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests import database
from tests.command_line import ROOT, data_folder, environ, eventually, free_port, technilab
from tests.faults.crowd import NAME, Crowd
from tests.faults.site import Process
from tests.faults.verify import verify
from tests.upgrade.readers import readers
from tests.upgrade.versions import before, tree_of

HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
FRONT = """
global
    maxconn 200
defaults
    mode http
    timeout connect 3s
    timeout client 75s
    timeout server 75s
listen pages
    bind 127.0.0.1:{front}
    balance leastconn
    option redispatch 1
    retries 3
    option httpchk GET /health/ready
    http-check expect status 200
    timeout check 10s
    default-server inter 500ms fall 2 rise 1
    server web1 127.0.0.1:{web1} check
    server web2 127.0.0.1:{web2} check
"""
# What a version to come may add, beside what this one does.
TO_COME = (
    "ALTER TABLE reservations ADD COLUMN to_come int NOT NULL DEFAULT 0, ADD COLUMN also_to_come text",
    "ALTER TABLE slots ADD COLUMN to_come int NOT NULL DEFAULT 0",
    "ALTER TABLE scans ADD COLUMN to_come int NOT NULL DEFAULT 0",
    "INSERT INTO migration (name, app_name) VALUES ('2098-01-01T00:00:00:009901', 'booking')",
)


class Webs:
    """Two web processes behind HAProxy, each of the version that one says."""

    def __init__(self, home: Path, told: dict[str, str]) -> None:
        self.home, self._told = home, told
        self.ports = {name: free_port() for name in ("front", "web1", "web2")}
        self.running: dict[str, Process] = {}

    def put(self, name: str, build: Path) -> None:
        """Stop that one, which says first that it leaves, and start it as the version of this tree."""
        if name in self.running:
            self.stop(name)
        told = self._told | {"PORT": str(self.ports[name])}
        here = self.running[name] = Process(
            ["booking", "web"], told, self.home / f"{name}.log", self.home / name, build=build
        )
        here.start()
        eventually(lambda: self._ready(name), f"{name} does not serve: {self.home / f'{name}.log'}")

    def stop(self, name: str) -> None:
        here = self.running.pop(name).running
        assert here is not None
        here.send_signal(signal.SIGTERM)
        assert here.wait(timeout=60) in {0, 143}

    def _ready(self, name: str) -> bool:
        here = self.running[name].running
        assert here is not None and here.poll() is None, (self.home / f"{name}.log").read_text()[-2000:]
        return _is_ready(self.ports[name])


def _is_ready(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200
    return False


@contextmanager
def front_of(webs: Webs) -> Iterator[None]:
    """HAProxy before both, as deploy/haproxy has it."""
    assert HAPROXY is not None
    file = webs.home / "haproxy.cfg"
    file.write_text(FRONT.format(**webs.ports))
    front = subprocess.Popen([HAPROXY, "-db", "-q", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: _is_ready(webs.ports["front"]), "no front")
        yield
    finally:
        front.kill()
        front.wait()


@pytest.mark.skipif(HAPROXY is None, reason="no haproxy here, which keeps requests from who leaves")
def test_nobody_notices_that_a_version_takes_the_other_s_place_nor_that_it_goes_back(tmp_path: Path) -> None:
    old = tree_of(before(), tmp_path / "before")
    name, key = f"rolling_{uuid4().hex[:12]}", secrets.token_urlsafe(48)
    url = database.empty(name)
    told = {"DATABASE_URL": url, "REDIS_URL": "none", "SECRET_KEY": key, "ONE_OF_SEVERAL": "1"}
    told |= {"BASE_URL": f"https://{NAME}", "SMTP_URL": "smtp://127.0.0.1:1", "TRUSTED_PROXIES": "127.0.0.1"}
    with data_folder() as home:
        webs = Webs(home, told)
        words = [sys.executable, "-m", "booking", "migrate"]
        subprocess.run(words, cwd=old, env=environ(home, **told), check=True, stdout=subprocess.DEVNULL)
        try:
            for one in ("web1", "web2"):
                webs.put(one, old)
            front = f"http://127.0.0.1:{webs.ports['front']}"
            with front_of(webs), readers(front, host=NAME) as seen:
                upgraded = technilab("upgrade", home=home, **told)
                assert (upgraded.returncode, upgraded.stderr) == (0, "")
                asyncio.run(database.run(url, *TO_COME))
                crowd = Crowd.at(url, tmp_path, key=key, clients=3, groups=60, slots=60)
                door = [("127.0.0.1", webs.ports["front"])]
                crowd.go(door, rate=15, seed=1, name=NAME, hands=4, patience=60)
                for build in (ROOT, old):
                    for one in ("web1", "web2"):
                        webs.put(one, build)
                        time.sleep(2)
                crowd.call_home()
                acts = crowd.come_home()
            assert [act for act in acts if act.tries > 1 or act.ended is None] == []
            assert len(acts) > 200
            assert crowd.contradictions() == []
            assert asyncio.run(verify(acts, url, desk=crowd.world["desk"])) == []
            assert (set(seen), seen["200"] > 100) == ({"200"}, True)
        finally:
            for one in list(webs.running):
                webs.running[one].kill()
    database.drop(name)
