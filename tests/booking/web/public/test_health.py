"""What a watching machine reads."""

from __future__ import annotations


async def test_live_is_a_constant(visitor):
    answer = await visitor.get("/health/live")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (
        200,
        "application/json",
        b'{"state":"alive"}',
    )


async def test_ready_tells_that_the_queue_is_down_and_still_serves(visitor):
    answer = await visitor.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"state": "ready", "database": "up", "queue": "down"})
