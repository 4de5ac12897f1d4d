"""REDIS_URL=none: PostgreSQL rings and tells the hour; real workers in their own processes, real mails.

What Prometheus reads of several web processes at one address.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx

from booking.outbox.notices.beat import take_turn
from booking.outbox.notices.mail_files import demo_mails
from booking.process import wake_worker
from booking.process.redis_url import NO_REDIS
from booking.process.version import VERSION
from booking.process.wake_worker import CHANNEL, wake
from tests.booking.commands.conftest import ADA
from tests.booking.test_worker import invited, nothing_waits, until, worker
from tests.builders import NOW
from tests.command_line import PATIENCE, eventually, running, technilab
from workshops.database import rows, value

OURS = (sys.executable, "-m", "booking", "worker")
LISTENING = "FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN %'"
LISTENERS = f"SELECT count(*) {LISTENING}"
CUT = f"SELECT pg_terminate_backend(pid) {LISTENING}"


def alone(data_dir):
    return worker(NO_REDIS, data_dir, command=OURS)


async def hears(number: int = 1) -> None:
    async def heard() -> bool:
        return await value(LISTENERS) == number

    await until(heard)


async def test_a_ring_makes_the_worker_write_the_mail_at_once_and_again_after_its_line_was_cut(db, tmp_path):
    async with alone(tmp_path) as process, wake_worker.connected(NO_REDIS):
        await hears()
        for beginning in (0, 100):
            await invited(beginning=beginning)
            await wake()
            assert await until(nothing_waits) < 5
            await rows(CUT)
            await hears()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert len(demo_mails(tmp_path)) == 2


async def test_two_workers_send_fifty_mails_once_each_and_one_goes_on_when_the_other_is_killed(db, tmp_path):
    async with alone(tmp_path) as killed, alone(tmp_path), wake_worker.connected(NO_REDIS):
        await hears(2)
        await invited(number=50)
        await wake()
        await until(nothing_waits, seconds=60)
        killed.kill()
        await killed.wait()
        await hears(1)
        await invited(beginning=100)
        await wake()
        await until(nothing_waits)
    told = [mail.to for mail in demo_mails(tmp_path)]
    assert (len(told), len(set(told))) == (51, 51)


async def test_of_several_workers_one_does_what_the_clock_asks(db):
    tonight, next_night = NOW, NOW + timedelta(days=1)
    for at in (tonight, next_night):
        asked = await asyncio.gather(*(take_turn("clean", at=at) for _ in range(10)))
        assert sorted(asked) == [False] * 9 + [True]
    assert not await take_turn("clean", at=tonight)
    assert await take_turn("tick", at=tonight)


async def test_the_channel_is_rung_by_the_act_that_is_done(db):
    heard = asyncio.Event()
    line = await db.get_new_connection()
    await line.add_listener(CHANNEL, lambda *_: heard.set())
    async with wake_worker.connected(NO_REDIS):
        await wake()
        await asyncio.wait_for(heard.wait(), 10)
    await line.close()


TOKEN = "prometheus-token-of-this-test"
COUNT = re.compile(
    r'^technilab_http_request_duration_seconds_count\{method="(.+)",route="(.+)",status="(.+)"\} (.+)$', re.MULTILINE
)


def test_whichever_process_is_asked_tells_the_requests_of_all_by_route_never_by_address(home: Path):
    with running("web", home=home, METRICS_TOKEN=TOKEN, WORKERS="2") as web:
        paths = ["/creneaux", "/api/v1/slots/987654", "/objets?q=camille", "/nulle-part/camille", "/lycees/0250099Z"]
        with ThreadPoolExecutor(8) as several:
            list(several.map(lambda path: httpx.get(f"{web.url}{path}", timeout=PATIENCE).status_code, paths * 8))
        counted = {_counted(_metrics(web.url)) for _ in range(4)}
        said = _metrics(web.url)
    ((slots, one, objects, nowhere, lycee),) = counted
    assert (slots, one, objects, nowhere, lycee) == (8, 8, 8, 8, 8)
    assert [word for word in ("987654", "camille", "0250099Z") if word in said] == []
    assert re.findall(r'^technilab_database_connections\{state="(\w+)"\}', said, re.MULTILINE) == ["idle", "used"]


def test_a_wrong_token_an_account_s_key_and_none_read_nothing(home: Path):
    with running("web", home=home, METRICS_TOKEN=TOKEN) as web:
        key = {"Authorization": f"Bearer {technilab('token', ADA, home=home, DEMO='1').stdout.split()[0]}"}
        assert httpx.get(f"{web.url}/api/v1/me", headers=key, timeout=PATIENCE).status_code == 200
        shown = [{}, key, {"Authorization": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}]
        answers = [httpx.get(f"{web.url}/metrics", headers=one, timeout=PATIENCE) for one in shown]
    assert [one.status_code for one in answers] == [401, 401, 401, 200]
    assert (answers[0].content, answers[0].headers["www-authenticate"]) == (b"", "Bearer")


def _metrics(url: str) -> str:
    answer = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def _counted(said: str) -> tuple[float, ...]:
    """Requests of the list, of one slot, of the objects, of nowhere and of one lycée."""
    found = {(method, route, status): float(count) for method, route, status, count in COUNT.findall(said)}
    asked = [
        *[("/creneaux", "200"), ("/api/v1/slots/{slot}", "404"), ("/objets", "200"), ("none", "404")],
        ("/lycees/{uai}", "404"),
    ]
    return tuple(found.get(("GET", route, status), 0.0) for route, status in asked)


def test_what_one_address_logs_is_one_object_a_line_from_its_first_which_says_the_version(home: Path):
    with running("web", home=home, LOG_FORMAT="json", WORKERS="2") as web:
        httpx.get(f"{web.url}/objets?q=camille", timeout=PATIENCE)
        web.children("booking.commands.serve")[0].kill()
        eventually(lambda: "s'est arrêté" in web.said(), "nobody says that one has died")
        lines = [json.loads(line) for line in web.said().splitlines()]
    assert {"at", "level", "logger", "request", "version", "message"} <= set.intersection(*map(set, lines))
    assert lines[0]["message"] == f"Technilab {VERSION} serves pages on 127.0.0.1:{web.port} by 2 process(es)"
    (asked,) = [line for line in lines if line.get("route") == "/objets"]
    assert (asked["method"], asked["status"], asked["level"], "camille" in str(lines)) == ("GET", 200, "info", False)
