"""PostgreSQL goes and comes back while pages are asked for: a clear answer, one line in the log, and all goes on.

The primary dies and its standby takes its place, under pages and commands that were told of both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from booking.process.embedded.postgres import Postgres
from tests.booking.commands.conftest import migrated
from tests.command_line import data_folder, eventually, python, running, technilab
from tests.replica import Pair, primary_and_standby

GONE, BACK = "PostgreSQL does not answer", "PostgreSQL answers again"


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Path, Postgres]]:
    with data_folder() as home, migrated(home / "server") as server:
        yield home, server


@pytest.fixture
def own(made: tuple[Path, Postgres]) -> tuple[Path, Postgres]:
    """A migrated database on a server that the test may stop."""
    if not made[1].answers():
        made[1].start()
    return made


async def every_answer(url: str) -> list[tuple[int, str, str]]:
    """Forty requests at once, half of them of machines: status, type, Retry-After."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        asked = [client.get(path) for path in ["/creneaux", "/api/v1/slots"] * 20]
        found = [
            (one.status_code, one.headers["content-type"], one.headers.get("retry-after", ""))
            for one in await asyncio.gather(*asked)
        ]
    return sorted(set(found))


SERVED = [(200, "application/json", ""), (200, "text/html; charset=utf-8", "")]
AWAY = [(503, "application/problem+json", "10"), (503, "text/html; charset=utf-8", "10")]


def test_while_the_database_is_away_every_answer_says_when_to_come_back_and_the_log_says_it_once(own):
    home, server = own
    with running("web", home=home, DATABASE_URL=server.url()) as web:
        assert asyncio.run(every_answer(web.url)) == SERVED
        for outage in (1, 2):
            server.stop()
            for _ in range(3):
                assert asyncio.run(every_answer(web.url)) == AWAY
            page = httpx.get(f"{web.url}/creneaux")
            assert "Technilab ne répond pas pour l'instant." in page.text.replace("&#39;", "'")
            assert httpx.get(f"{web.url}/api/v1/slots").json()["type"] == "/problems/unavailable"
            assert httpx.get(f"{web.url}/health/ready").status_code == 503
            server.start()
            eventually(lambda: set(asyncio.run(every_answer(web.url))) == set(SERVED), "it never came back")
            eventually(lambda: httpx.get(f"{web.url}/creneaux") and BACK in web.said().split(GONE)[-1], "nothing said")
            assert (web.said().count(GONE), web.said().count(BACK)) == (outage, outage)
        assert "Traceback" not in web.said(), web.said()[-3000:]


def test_a_web_process_that_starts_while_the_database_is_away_serves_as_soon_as_it_is_back(own):
    home, server = own
    server.stop()
    with running("web", home=home, DATABASE_URL=server.url()) as web:
        assert asyncio.run(every_answer(web.url)) == AWAY
        server.start()
        eventually(lambda: asyncio.run(every_answer(web.url)) == SERVED, "it never served")
        assert "Traceback" not in web.said(), web.said()[-3000:]


WORK = """
import asyncio, logging, os, sys
from booking import worker

logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(message)s")

async def main():
    ctx = {}
    await worker.start(ctx)
    for line in sys.stdin:
        for job in (worker.sweep_notices, worker.send_webhooks, worker.tick, worker.read_replies, worker.clean):
            for _ in range(int(line)):
                await job(ctx)
        print("done", flush=True)
    await worker.stop(ctx)

asyncio.run(main())
"""


@pytest.mark.parametrize("away_at_first", [False, True])
def test_a_workers_turns_wait_for_the_database_and_the_log_says_it_once(own, away_at_first):
    home, server = own
    if away_at_first:
        server.stop()
    work = python(WORK, home, DATABASE_URL=server.url(), DEMO="1")
    assert work.stdin is not None
    assert work.stdout is not None

    def turns(number: int) -> list[str]:
        work.stdin.write(f"{number}\n")
        work.stdin.flush()
        said = []
        while (line := work.stdout.readline()) and line != "done\n":
            said.append(line.partition(":")[0].strip())
        return said

    if not away_at_first:
        assert turns(1) == []
        server.stop()
    assert turns(5) == [GONE]
    server.start()
    said: list[str] = []
    eventually(lambda: bool(said.extend(turns(1)) or said), "it never came back")
    assert said == [BACK]
    work.stdin.close()
    assert work.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Pair, Path]]:
    with primary_and_standby() as pair, data_folder() as home:
        yield pair, home


def test_pages_are_served_again_once_the_standby_is_the_primary_and_nobody_restarts_them(two):
    pair, home = two
    with running("web", home=home, DATABASE_URL=pair.url) as web:
        assert asyncio.run(every_answer(web.url)) == SERVED
        pair.primary.stop("immediate")
        assert asyncio.run(every_answer(web.url)) == AWAY
        pair.standby.promote()
        eventually(lambda: asyncio.run(every_answer(web.url)) == SERVED, "it never came back")
        assert "Traceback" not in web.said(), web.said()[-3000:]


def test_a_backup_and_what_puts_it_back_find_the_new_primary(two, tmp_path):
    pair, home = two
    kept = tmp_path / "kept"
    pair.standby.ask("INSERT INTO tech_objects (name, summary, minutes, example) VALUES ('lampe', '', 60, false)")
    assert technilab("backup", str(kept), home=home, DATABASE_URL=pair.url).returncode == 0
    pair.standby.ask("DELETE FROM tech_objects")
    assert technilab("restore", str(kept), "--replace", home=home, DATABASE_URL=pair.url).returncode == 0
    assert pair.standby.ask("SELECT name FROM tech_objects") == "lampe"
