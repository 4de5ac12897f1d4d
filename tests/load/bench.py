"""`make bench`: how fast the finished product answers, as a share of GET /health/live in the same run."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests import database

NAME = f"bench_{os.getpid()}"
SECRET = "a secret of the bench, long enough to be one"
SECONDS = 4.0
os.environ |= {"SECRET_KEY": SECRET, "DATABASE_URL": database.clone(NAME), "PICCOLO_CONF": "booking.piccolo_conf"}

from booking.calendar.feeds.publish import publish  # noqa: E402
from booking.calendar.feeds.queries import open_slots  # noqa: E402
from booking.people.accounts.token import issue_token  # noqa: E402
from booking.settings import read_settings  # noqa: E402
from tests import builders  # noqa: E402
from tests.front import front, nginx  # noqa: E402
from tests.load.client import request, run  # noqa: E402
from tests.load.serving import free_port, serve  # noqa: E402
from tests.load.spent import postmaster, spent  # noqa: E402
from workshops.database import pool, value  # noqa: E402


class World:
    """One académie's worth of slots, a teacher with many groups, a host with a full slot under way."""

    teacher = host = ""
    reservation = desk = 0
    groups: list[int]
    wide: list[int]
    tokens: list[str]


async def a_world() -> World:
    world, now = World(), datetime.now(UTC)
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    people = {}
    for role, school in (("teacher", college), ("host", lycee)):
        account = await builders.account(f"{role}@example.org")
        await builders.membership(account, role, school=school)
        people[role] = secrets.token_urlsafe(32)
        await issue_token(f"{role}@example.org", token=people[role], now=now)
    world.teacher, world.host = people["teacher"], people["host"]
    taught = await builders.workshop(host=lycee, objects=(await builders.tech_object(),))
    for n in range(200):
        await builders.slot(workshop=taught, starts_at=now + timedelta(days=20, hours=n))
    # A slot for thousands of groups does not exist: the bookings are spread over many of the largest ones.
    world.wide = [
        await builders.slot(workshop=taught, starts_at=now + timedelta(days=200 + n), seats=192, groups_max=8, hours=3)
        for n in range(1200)
    ]
    world.groups = [await builders.group(school=college) for _ in range(8)]
    under_way = await builders.slot(workshop=taught, starts_at=now - timedelta(hours=1), seats=200, groups_max=8)
    visits = [await builders.reservation(slot=under_way, group=group, by=1) for group in world.groups]
    world.desk, world.reservation = under_way, visits[0]
    world.tokens = [token for visit in visits for token in await builders.badges(visit)]
    return world


def mark_of(address: str, *, token: str) -> str:
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked, timeout=5) as answered:
        return str(answered.headers["ETag"])


async def feed_of_500() -> float:
    """Seconds for the open slots of the lycée as an agenda, kept nowhere: the quickest of five."""
    now, took = datetime.now(UTC), []
    settings = read_settings({"DEMO": "1"})
    uai = await value("SELECT uai FROM schools WHERE kind = 'lycee'")
    for _ in range(5):
        began = time.perf_counter()
        found = await open_slots(uai, host_name=settings.host, now=now)
        assert found is not None
        publish(replace(found, lines=found.lines[:500]), settings, now=now)
        took.append(time.perf_counter() - began)
    return min(took)


def the_same(sent: bytes) -> Iterator[bytes]:
    return itertools.repeat(sent)


def bookings(world: World, slots: list[int], port: int, *, side_by_side: int = 1) -> Iterator[bytes]:
    """Slot after slot, eight groups at each, or as many slots of the lycée `side_by_side`."""
    for first in range(0, len(slots), side_by_side):
        for group, slot in itertools.product(world.groups, slots[first : first + side_by_side]):
            body = {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2}
            yield request(
                "POST", "/api/v1/reservations", port=port, token=world.teacher, body=json.dumps(body).encode()
            )


def scans(world: World, port: int, *, together: int = 1) -> Iterator[bytes]:
    tokens = itertools.cycle(world.tokens)
    while True:
        sent = [
            {
                "scan_id": str(uuid.uuid4()),
                "slot_id": world.desk,
                "badge": token,
                "scanned_at": datetime.now(UTC).isoformat(),
            }
            for token in itertools.islice(tokens, together)
        ]
        yield request(
            "POST", "/api/v1/checkins", port=port, token=world.host, body=json.dumps({"scans": sent}).encode()
        )


def behind_the_cache(port: int) -> str:
    """The page of slots from nginx with the site of deploy/, asked for by wrk: our client would be what is measured."""
    wrk = shutil.which("wrk")
    if nginx() is None or wrk is None:
        return "not measured: nginx and wrk are not both on this machine"
    with front(before=port, workers=2) as there:
        asked = [f"-d{SECONDS:.0f}s", "-H", f"Host: 127.0.0.1:{port}", "-H", "Accept-Encoding: gzip"]
        command = [wrk, "-t2", "-c8", *asked, f"{there.url}/creneaux"]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    figure = re.search(r"Requests/sec: +([\d.]+)", told.stdout)
    odd = "  with refusals" if "Non-2xx" in told.stdout else ""
    return f"{float(figure[1]) if figure else 0:8.0f}/s{odd}"


class Shown:
    """One line for each run: answers a second, their share of the first run's, and what each cost of CPU."""

    def __init__(self, port: int, web: int) -> None:
        self.port, self.processes = port, (web, postmaster())
        self.live = 0.0

    async def run(self, what: str, goal: str, requests: Callable[[], Iterator[bytes]]) -> None:
        before = [spent(one) for one in self.processes]
        figure = await run(self.port, requests, seconds=SECONDS)
        answers = sum(figure.statuses.values())
        web, database = ((spent(one) - was) / answers for one, was in zip(self.processes, before, strict=True))
        self.live = self.live or figure.per_second
        odd = {status: n for status, n in figure.statuses.items() if status >= 400}
        print(
            f"{what:44} {figure.per_second:8.0f}/s  {figure.per_second / self.live:6.3f}  p95 {figure.p95_ms:6.1f} ms"
            f"  web {web:5.0f} µs  PostgreSQL {database:5.0f} µs   goal {goal}  {odd or ''}"
        )


async def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with pool(size=4):
            world = await a_world()
        server = serve(port, folder)
        try:
            shown = Shown(port, server.pid)
            await shown.run("GET /health/live", "-", lambda: the_same(request("GET", "/health/live", port=port)))
            invitation = f"/api/v1/reservations/{world.reservation}/invitation.ics"
            mark = mark_of(f"http://127.0.0.1:{port}{invitation}", token=world.teacher)
            for what, goal, sent in (
                ("page of slots", "0.40 (200 slots, warm)", request("GET", "/creneaux", port=port, gzip=True)),
                ("GET /api/v1/slots, 200 items", "0.40", request("GET", "/api/v1/slots?limit=200", port=port)),
                ("invitation.ics", "0.11", request("GET", invitation, port=port, token=world.teacher)),
                (
                    "invitation.ics, held: 304",
                    "0.40",
                    request("GET", invitation, port=port, token=world.teacher, held=mark),
                ),
            ):
                await shown.run(what, goal, lambda sent=sent: the_same(sent))
            print(f"{'page of slots, behind the cache (wrk)':44} {behind_the_cache(port)}   goal 30 000/s")
            booked = "0.08, p95 12 ms"
            apart, beside = world.wide[:600], world.wide[600:]
            await shown.run("POST /api/v1/reservations, 24 pupils", booked, lambda: bookings(world, apart, port))
            await shown.run(
                "the same on 50 slots of one lycée", booked, lambda: bookings(world, beside, port, side_by_side=50)
            )
            await shown.run("POST /api/v1/checkins, one scan", "0.20, p95 5 ms", lambda: scans(world, port))
            await shown.run(
                "POST /api/v1/checkins, 50 scans", "200/s: 10 000 scans", lambda: scans(world, port, together=50)
            )
        finally:
            server.terminate()
            server.wait()
        async with pool(size=2):
            took = await feed_of_500()
            print(f"a feed of 500 entries, read and written: {took * 1000:.0f} ms   goal 250 ms")
            over = await value("SELECT count(*) FROM slots WHERE seats_taken > seats")
            print(f"slots sold beyond their seats: {over}")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    finally:
        database.drop(NAME)
