"""The bell: tells the worker that mails wait. Losing a ring delays a mail until the next sweep, it loses none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from booking.process.redis_url import NO_REDIS, master_of, redis_at
from workshops.database import rows

if TYPE_CHECKING:
    from arq.connections import ArqRedis
    from litestar.types import Scope

logger = logging.getLogger(__name__)

JOB = "deliver_notices"
CHANNEL = "technilab"
RING = "SELECT pg_notify($1, '')"
GATHERED_SECONDS = 0.05
ANSWER_SECONDS = 2.0
LEISURE_SECONDS = 1.0


class Bell:
    """One process's bell. Rings that come together are one job: a thousand bookings do not make a thousand jobs."""

    def __init__(self, redis_url: str) -> None:
        self.redis_url = redis_url
        self._redis: ArqRedis | None = None
        self._asked = False
        self._ringing: set[asyncio.Task[None]] = set()
        self._mute = False

    def ring(self) -> None:
        """Ask for a ring, without waiting for Redis."""
        if self._asked:
            return
        self._asked = True
        task = asyncio.create_task(self._ring_soon())
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)

    async def _ring_soon(self) -> None:
        await asyncio.sleep(GATHERED_SECONDS)
        # From here on a new fact needs a new ring: the worker may already be reading.
        self._asked = False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._send()
            self._say(mute=False)
        except Exception as error:  # a request must never fail because a bell is broken
            self._say(mute=True, error=error)

    async def _send(self) -> None:
        if self.redis_url == NO_REDIS:
            await rows(RING, CHANNEL)
            return
        if self._redis is None:
            from arq.connections import create_pool  # noqa: PLC0415 - slow to load, see `connected`

            self._redis = master_of(self.redis_url) or await create_pool(redis_at(self.redis_url))
        await self._redis.enqueue_job(JOB)

    def _say(self, *, mute: bool, error: Exception | None = None) -> None:
        if self.redis_url == NO_REDIS:
            return  # the database's door says it
        if mute and not self._mute:
            logger.warning("Redis does not answer, mails wait for the worker's sweep: %r", error)
        if self._mute and not mute:
            logger.warning("Redis answers again")
        self._mute = mute

    async def close(self) -> None:
        """Let the last rings out, then close the connection."""
        if self._ringing:
            await asyncio.wait(self._ringing, timeout=ANSWER_SECONDS)
        if self._redis is not None:
            with suppress(Exception):
                await self._redis.aclose(close_connection_pool=True)


_bell: Bell | None = None


@asynccontextmanager
async def connected(redis_url: str) -> AsyncIterator[None]:
    """The bell of a web process, for its whole life; without a Redis URL rings are silent and the sweep does it all."""
    global _bell  # noqa: PLW0603 - one bell per process, like the database's pool
    _bell = Bell(redis_url) if redis_url else None
    loading = asyncio.create_task(_load()) if redis_url != NO_REDIS else None
    try:
        yield
    finally:
        if loading is not None:
            loading.cancel()
            await asyncio.wait([loading])
        bell, _bell = _bell, None
        if bell is not None:
            await bell.close()


async def _load() -> None:
    """The first page does not share its time with arq, which is slow to load; the first booking finds it loaded."""
    await asyncio.sleep(LEISURE_SECONDS)
    await asyncio.to_thread(import_module, "arq.connections")


def tell_nobody(scope: Scope) -> None:
    """Say of what is done now, and is done all day long, that no mail comes of it: the worker sleeps on."""
    scope["state"]["untold"] = True


def nobody_is_told(scope: Scope) -> bool:
    """Whether it said so."""
    return "untold" in scope["state"]


async def ring() -> None:
    """Wake the worker after a commit that queued a mail; returns at once and never fails."""
    if _bell is not None:
        _bell.ring()
