"""`make bench`: how fast the finished product answers, as a share of GET /health/live in the same run.

With `CLUSTER=0` one machine alone is asked.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime

from tests import database

NAME = f"bench_{os.getpid()}"
SECRET = "a secret of the bench, long enough to be one"
SECONDS = float(os.environ.get("SECONDS", "4"))
os.environ |= {"SECRET_KEY": SECRET, "DATABASE_URL": database.clone(NAME), "PICCOLO_CONF": "booking.piccolo_conf"}

from booking.calendar.feeds.publish import publish  # noqa: E402
from booking.calendar.feeds.queries import open_slots  # noqa: E402
from booking.settings import read_settings  # noqa: E402
from tests.front import front, nginx  # noqa: E402
from tests.load.at_cluster import print_beside  # noqa: E402
from tests.load.client import Figure, run  # noqa: E402
from tests.load.serving import free_port, serve  # noqa: E402
from tests.load.spent import postmaster, spent  # noqa: E402
from tests.load.world import Asked, a_world, acts, reads  # noqa: E402
from workshops.database import pool, value  # noqa: E402


async def feed_of_500() -> float:
    """Seconds for the open slots of the lycée as an agenda, kept nowhere: the quickest of five."""
    now, took = datetime.now(UTC), []
    settings = read_settings({"DEMO": "1"})
    uai = await value("SELECT uai FROM schools WHERE kind = 'lycee'")
    for _ in range(5):
        began = time.perf_counter()
        found = await open_slots(uai, host_name=settings.host, now=now)
        publish(replace(found, lines=found.lines[:500]), settings, now=now)
        took.append(time.perf_counter() - began)
    return min(took)


def behind_the_cache(port: int) -> str:
    """The page of slots from nginx with the site of deploy/, asked for by wrk: our client would be what is measured."""
    wrk = shutil.which("wrk")
    if nginx() is None or wrk is None:
        return "not measured: nginx and wrk are not both on this machine"
    with front(before=port, workers=2) as there:
        asked = [f"-d{max(1, SECONDS):.0f}s", "-H", f"Host: 127.0.0.1:{port}", "-H", "Accept-Encoding: gzip"]
        command = [wrk, "-t2", "-c8", *asked, f"{there.url}/creneaux"]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    figure = re.search(r"Requests/sec: +([\d.]+)", told.stdout)
    odd = "  with refusals" if "Non-2xx" in told.stdout else ""
    return f"{float(figure[1]) if figure else 0:8.0f}/s{odd}"


class Shown:
    """One line for each run: answers a second, their share of the first run's, and what each cost of CPU."""

    def __init__(self, port: int, web: int) -> None:
        self.port, self.processes = port, (web, postmaster())
        self.found: dict[str, Figure] = {}

    async def run(self, asked: Asked) -> None:
        before = [spent(one) for one in self.processes]
        figure = await run(self.port, asked.requests, seconds=SECONDS)
        answers = sum(figure.statuses.values())
        web, database = ((spent(one) - was) / answers for one, was in zip(self.processes, before, strict=True))
        self.found[asked.what] = figure
        live = next(iter(self.found.values())).per_second
        odd = {status: n for status, n in figure.statuses.items() if status >= 400}
        print(
            f"{asked.what:44} {figure.per_second:8.0f}/s  {figure.per_second / live:6.3f}  p95 {figure.p95_ms:6.1f} ms"
            f"  web {web:5.0f} µs  PostgreSQL {database:5.0f} µs   goal {asked.goal}  {odd or ''}"
        )


async def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with pool(size=4):
            world = await a_world()
        server = serve(port, folder)
        try:
            shown = Shown(port, server.pid)
            for asked in reads(world, port):
                await shown.run(asked)
            print(f"{'page of slots, behind the cache (wrk)':44} {behind_the_cache(port)}   goal 30 000/s")
            for asked in acts(world, port):
                await shown.run(asked)
        finally:
            server.terminate()
            server.wait()
        async with pool(size=2):
            took = await feed_of_500()
            print(f"a feed of 500 entries, read and written: {took * 1000:.0f} ms   goal 250 ms")
            over = await value("SELECT count(*) FROM slots WHERE seats_taken > seats")
            print(f"slots sold beyond their seats: {over}")
    if os.environ.get("CLUSTER") != "0":
        await print_beside(shown.found)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    finally:
        database.drop(NAME)
