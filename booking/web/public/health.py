"""Whether this process lives, and whether it can serve: for the machine that watches over it."""

from __future__ import annotations

import asyncio

import msgspec
from asyncpg import PostgresError
from litestar import MediaType, Response, get
from litestar.di import NamedDependency

from booking.door.guards import ANYONE
from booking.door.leaving import leaving
from booking.settings import Settings
from workshops.database import value

# Whoever watches over a process asks it by the address of its machine.
WATCHED = {"who": ANYONE, "plain": True, "any_host": True}
ALIVE = b'{"state":"alive"}'
LEAVES = b'{"state":"leaving"}'
WAIT_SECONDS = 2.0


@get("/health/live", opt=WATCHED, media_type=MediaType.JSON)
async def live() -> bytes:
    """The process answers. No database, no session: a constant."""
    return ALIVE


@get("/health/ready", opt=WATCHED, media_type=MediaType.JSON)
async def ready(settings: NamedDependency[Settings]) -> Response[bytes]:
    """503 without the database, and from a web machine that is about to stop. Without the queue pages still work and
    mails wait: it is told, and is no 503."""
    if leaving.on:
        return Response(LEAVES, status_code=503)
    database, queue = await asyncio.gather(_database_answers(), _queue_answers(settings.redis_url))
    return Response(
        msgspec.json.encode(
            {
                "state": "ready" if database else "not ready",
                "database": "up" if database else "down",
                "queue": "up" if queue else "down",
            }
        ),
        status_code=200 if database else 503,
    )


async def _database_answers() -> bool:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return bool(await value("SELECT 1") == 1)
    except (OSError, TimeoutError, PostgresError):
        return False


async def _queue_answers(redis_url: str) -> bool:
    if not redis_url:
        return False
    # Slow to load: the first page does not wait for it.
    from redis.asyncio import Redis  # noqa: PLC0415 - for this page only
    from redis.exceptions import RedisError  # noqa: PLC0415 - as above

    redis = Redis.from_url(redis_url)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return bool(await redis.ping())
    except (OSError, TimeoutError, RedisError):
        return False
    finally:
        await redis.aclose()
