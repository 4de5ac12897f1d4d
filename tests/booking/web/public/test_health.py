"""What a watching machine reads."""

from __future__ import annotations

from datetime import timedelta

from booking.outbox.notices.beat import beat
from tests.booking.web.public.conftest import NOW
from tests.owner import by_owner


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


async def test_a_database_that_lacks_a_migration_serves_nothing(visitor):
    await by_owner("DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)")
    answer = await visitor.get("/health/ready")
    told = answer.json()
    assert (answer.status_code, told["state"]) == (503, "not ready")
    assert told["checks"]["migrations"] == {"ok": False, "figure": 1}


async def test_without_its_setting_there_are_no_metrics(visitor):
    answer = await visitor.get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 404
