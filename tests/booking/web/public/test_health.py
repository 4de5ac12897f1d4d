"""What a watching machine reads."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.outbox.notices.beat import beat
from booking.outbox.watch.tables_watch import PUT_BACK
from booking.process.graceful_stop import draining
from booking.process.version import VERSION
from tests.booking.web.public.conftest import NOW
from tests.browsing import Machine, read
from tests.owner import by_owner
from tests.statements import statements_of


async def test_live_is_a_constant(visitor):
    answer = await visitor.get("/health/live")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (
        200,
        "application/json",
        b'{"state":"alive"}',
    )


async def test_ready_names_what_is_degraded_with_its_figure_and_still_serves(visitor):
    await beat("here:1", now=NOW - timedelta(seconds=20))
    answer = await visitor.get("/health/ready")
    told = answer.json()
    free = told["checks"]["disk"].pop("figure")
    assert (answer.status_code, told["state"], told["degraded"], free > 0) == (200, "ready", ["queue"], True)
    assert told["version"] == VERSION
    assert told["checks"] == {
        "database": {"ok": True, "figure": None},
        "migrations": {"ok": True, "figure": 0},
        "disk": {"ok": True},
        "worker": {"ok": True, "figure": 20.0},
        "outbox": {"ok": True, "figure": 0.0},
        "replicas": {"ok": True, "figure": None},
        "standbys": {"ok": True, "figure": 0},
        "queue": {"ok": False, "figure": None},
    }


TAKEN = "DELETE FROM migration WHERE id = (SELECT max(id) FROM migration) RETURNING id, name, app_name, ran_on"


@pytest.fixture
async def taken():
    """Has the database lack a migration, until it is called again."""
    gone = []

    async def take_or_put_back():
        if gone:
            values = gone.pop().values()
            await by_owner("INSERT INTO migration (id, name, app_name, ran_on) VALUES ($1, $2, $3, $4)", *values)
        else:
            gone.extend(await by_owner(TAKEN))

    yield take_or_put_back
    if gone:
        await take_or_put_back()


async def test_a_database_that_lacks_a_migration_serves_nothing(visitor, taken):
    await taken()
    answer = await visitor.get("/health/ready")
    told = answer.json()
    assert (answer.status_code, told["state"]) == (503, "not ready")
    assert told["checks"]["migrations"] == {"ok": False, "figure": 1}


async def test_a_process_whose_tables_are_changed_under_it_serves_nothing_but_its_health_until_they_fit(
    visitor, app, taken, caplog, monkeypatch
):
    tables = app.state.tables
    monkeypatch.setattr(tables, "serve", True)
    # The second of them is kept.
    assert [(await visitor.get("/creneaux")).status_code for _ in range(2)] == [200, 200]
    await taken()
    for _ in range(2):
        await tables.look()
    page = await visitor.get("/creneaux")
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")
    assert "Technilab ne répond pas pour l'instant. Recommencez dans une minute" in read(page)
    program = await Machine(app, "").get("/slots")
    assert (program.status_code, program.headers["retry-after"]) == (503, "10")
    assert program.json()["type"] == "/problems/unavailable"
    assert (await visitor.post("/connexion", {"email": "claire@example.org"})).status_code == 503
    assert [(await visitor.get(f"/health/{path}")).status_code for path in ("live", "ready")] == [200, 503]
    await taken()
    await tables.look()
    assert (await visitor.get("/creneaux")).status_code == 200
    assert (await visitor.get("/health/ready")).status_code == 200
    assert [one.message for one in caplog.records if "tables" in one.message] == [
        PUT_BACK,
        "the tables serve again",
    ]


async def test_whoever_asks_how_it_is_hears_at_once_of_tables_that_do_not_fit(visitor, app, monkeypatch):
    assert (await visitor.get("/health/ready")).status_code == 200
    monkeypatch.setattr(app.state.tables, "serve", False)
    answer = await visitor.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, {"ok": False, "figure": 0})


async def test_many_that_ask_within_a_second_cost_one_statement_and_the_next_second_one_more(visitor, app, monkeypatch):
    async def ask_often():
        answers = await asyncio.gather(*(visitor.get("/health/ready") for _ in range(12)))
        answers += [await visitor.get("/health/ready") for _ in range(4)]
        assert {(one.status_code, one.json()["state"]) for one in answers} == {(200, "ready")}

    asked = await statements_of(ask_often)
    assert len([one for one in asked if "events_to_tell" in one]) == 1
    monkeypatch.setattr("booking.outbox.watch.ready.KEPT_SECONDS", 0.0)
    app.state.readiness.forget()
    asked = await statements_of(lambda: _one_after_the_other(visitor, 3))
    assert len([one for one in asked if "events_to_tell" in one]) == 3


async def _one_after_the_other(visitor, times):
    for _ in range(times):
        await visitor.get("/health/ready")


async def test_one_that_is_about_to_stop_says_so_at_once_and_asks_nothing(visitor, monkeypatch):
    assert (await visitor.get("/health/ready")).status_code == 200
    monkeypatch.setattr(draining, "on", True)
    answers = []

    async def ask():
        answers.append(await visitor.get("/health/ready"))

    assert await statements_of(ask) == []
    (answer,) = answers
    assert (answer.status_code, answer.json()) == (503, {"state": "leaving", "version": VERSION})


async def test_what_was_not_ready_is_ready_again_for_the_next_who_asks(visitor, taken):
    await taken()
    assert (await visitor.get("/health/ready")).status_code == 503
    await taken()
    assert (await visitor.get("/health/ready")).status_code == 200


async def test_without_its_setting_there_are_no_metrics(visitor):
    answer = await visitor.get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 404
