"""`make bench`: how fast the finished product answers, on a database that keeps what it acknowledges.

    python -m tests.load.bench [TREE]

`technilab migrate`, `demo`, `web` (two processes) and `worker` of a tree, this one's by default, are started on a fresh
PostgreSQL as it comes, and asked by one client on 8 connections; the table that is printed is that of docs/measured.md.
With `CLUSTER=0` one machine alone is asked.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from booking.process.embedded.provide import Valkey
from tests.command_line import ROOT, data_folder, environ, eventually, free_port
from tests.front import front, nginx
from tests.load.at_cluster import beside
from tests.load.by_api import world_of
from tests.load.client import Figure, run
from tests.load.spent import spent
from tests.load.stock import stock, told_of
from tests.load.world import World, acts, reads
from tests.replica import Server

SECONDS = float(os.environ.get("SECONDS", "4"))
SECRET = "a secret of the bench, long enough to be one"
HEAD = """| operation | a second | p50, p95, p99 | share of live | CPU, web and PostgreSQL | goal | the cluster |
| --- | --- | --- | --- | --- | --- | --- |"""
BEHIND = "the same behind the cache (`deploy/nginx/technilab.conf`), by wrk"


@dataclass(frozen=True)
class Site:
    """A Technilab that serves: where, on which database, and the processes of its pages and of its worker."""

    port: int
    server: Server
    web: int
    worker: int

    @property
    def processes(self) -> tuple[int, int, int]:
        """All that works for it."""
        return self.web, self.worker, self.server.pid


@dataclass(frozen=True)
class Line:
    """What one operation gave: its answers, their share of `/health/live`, microseconds of CPU that each cost.

    `odd`: the statuses that it should not have had, and how often.
    """

    figure: Figure
    share: float
    web: float
    database: float
    goal: str
    odd: Mapping[int, int]


@contextmanager
def serving(tree: Path) -> Iterator[Site]:
    """The site of a tree, filled with its examples; its worker writes the mails meanwhile."""
    with stock() as server, data_folder(Path(tempfile.gettempdir())) as home:
        queue, port = Valkey(home), free_port()
        queue.start()
        told = {"DATABASE_URL": server.url, "REDIS_URL": queue.url(), "SECRET_KEY": SECRET, "DEMO": "1"}
        env = environ(home, **told, PORT=str(port), WORKERS="2")
        technilab = tree / ".venv" / "bin" / "technilab"
        running = []
        try:
            for command in ("migrate", "demo"):
                subprocess.run([technilab, command], env=env, cwd=tree, stdout=subprocess.DEVNULL, check=True)
            for command in ("web", "worker"):
                log = home / f"{command}.log"
                with log.open("wb") as said:
                    running.append(subprocess.Popen([technilab, command], env=env, cwd=tree, stdout=said, stderr=said))
            eventually(lambda: _answers(port), "no page")
            yield Site(port, server, *(one.pid for one in running))
        finally:
            for one in running:
                one.terminate()
                one.wait()
            queue.stop()


def _answers(port: int) -> bool:
    with suppress(OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1).status == 200
    return False


def measured(tree: Path, *, seconds: float = SECONDS, cache: bool = True) -> tuple[dict[str, Line], str]:
    """Each operation's line, in their order, and what the cache in front answered a second."""
    with serving(tree) as site:
        print(f"{told_of(site.server)}; load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
        world = world_of(f"http://127.0.0.1:{site.port}", site.server.ask)
        found = asyncio.run(_lines(site, world, seconds))
        behind = _behind_the_cache(site.port) if cache else ""
        over = site.server.ask("SELECT count(*) FROM slots WHERE seats_taken > seats")
        assert over == "0", f"{over} slots are sold beyond their seats"
    return found, behind


async def _lines(site: Site, world: World, seconds: float) -> dict[str, Line]:
    found: dict[str, Line] = {}
    processes = (site.web, site.server.pid)
    for asked in [*reads(world, site.port), *acts(world, site.port)]:
        before = [spent(one) for one in processes]
        figure = await run(site.port, asked.requests, seconds=seconds)
        answers = max(1, sum(figure.statuses.values()))
        web, database = ((spent(one) - was) / answers for one, was in zip(processes, before, strict=True))
        live = next(iter(found.values())).figure if found else figure
        odd = {status: n for status, n in figure.statuses.items() if status >= 400 and status != asked.refused}
        found[asked.what] = Line(figure, figure.per_second / live.per_second, web, database, asked.goal, odd)
    return found


def _behind_the_cache(port: int) -> str:
    """The page of slots from nginx with the site of deploy/, asked for by wrk: our client would be what is measured."""
    wrk = shutil.which("wrk")
    if nginx() is None or wrk is None:
        return "not measured: nginx and wrk are not both on this machine"
    with front(before=port, workers=2) as there:
        asked = [f"-d{max(1, SECONDS):.0f}s", "-H", f"Host: 127.0.0.1:{port}", "-H", "Accept-Encoding: gzip"]
        command = [wrk, "-t2", "-c8", *asked, f"{there.url}/creneaux"]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    figure = re.search(r"Requests/sec: +([\d.]+)", told.stdout)
    return spaced(float(figure[1])) if figure and "Non-2xx" not in told.stdout else "refused"


def table(found: Mapping[str, Line], behind: str, cluster: Mapping[str, Figure]) -> list[str]:
    """The table of docs/measured.md, line by line."""
    lines = HEAD.splitlines()
    for what, one in found.items():
        there = cluster.get(what)
        cells = (
            *(f"{what} {one.odd or ''}".strip(), spaced(one.figure.per_second), took(one.figure), f"{one.share:.3f}"),
            *(f"{one.web / 1000:.2f} and {one.database / 1000:.2f} ms", one.goal),
            f"{spaced(there.per_second)}; {took(there)}" if there else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
        if what == "page of slots" and behind:
            lines.append(f"| {BEHIND} | {behind} | | | | 30 000 a second | |")
    return lines


def took(figure: Figure) -> str:
    return f"{figure.p50_ms:.1f}, {figure.p95_ms:.1f}, {figure.p99_ms:.1f} ms"


def spaced(number: float) -> str:
    """« 12 900 »."""
    return f"{number:,.0f}".replace(",", " ")


def main(tree: Path = ROOT) -> None:
    began = time.monotonic()
    found, behind = measured(tree)
    cluster = {} if os.environ.get("CLUSTER") == "0" else asyncio.run(beside())
    print(*table(found, behind, cluster), sep="\n")
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
