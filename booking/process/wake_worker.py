"""Notifies the worker that mails are queued. A lost notification delays a mail until the next sweep, it loses none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from booking.process.redis_url import NO_REDIS, arq_settings, master_client
from workshops.database import rows

if TYPE_CHECKING:
    from arq.connections import ArqRedis
    from litestar.types import Scope

logger = logging.getLogger(__name__)

DELIVERY_JOB = "deliver_notices"
CHANNEL = "technilab"
NOTIFY = "SELECT pg_notify($1, '')"
DEBOUNCE_SECONDS = 0.05
# While acts go on arriving: to tell many together costs the database hardly more than to tell one, and it has them to
# write.
RUSH_SECONDS = 0.5
TIMEOUT_SECONDS = 2.0
IMPORT_DELAY_SECONDS = 1.0


class WorkerNotifier:
    """One process's notifier. Calls close together enqueue one job: a thousand bookings are not a thousand jobs, but
    two a second."""

    def __init__(self, redis_url: str) -> None:
        self.redis_url = redis_url
        self._redis: ArqRedis | None = None
        self._scheduled = False
        self._notified_at = -RUSH_SECONDS
        self._tasks: set[asyncio.Task[None]] = set()
        self._failing = False

    def wake(self) -> None:
        """Schedule a notification, without waiting for Redis."""
        if self._scheduled:
            return
        self._scheduled = True
        task = asyncio.create_task(self._notify_soon())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify_soon(self) -> None:
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(DEBOUNCE_SECONDS, self._notified_at + RUSH_SECONDS - now))
        self._notified_at = asyncio.get_running_loop().time()
        # From here on a new mail needs a new notification: the worker may already be reading the queue.
        self._scheduled = False
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._notify()
            self._log(failing=False)
        except Exception as error:  # a request must never fail because the worker cannot be notified
            self._log(failing=True, error=error)

    async def _notify(self) -> None:
        if self.redis_url == NO_REDIS:
            await rows(NOTIFY, CHANNEL)
            return
        if self._redis is None:
            from arq.connections import create_pool  # noqa: PLC0415 - slow to import, see `connected`

            self._redis = master_client(self.redis_url) or await create_pool(arq_settings(self.redis_url))
        await self._redis.enqueue_job(DELIVERY_JOB)

    def _log(self, *, failing: bool, error: Exception | None = None) -> None:
        """Log an outage once at its beginning, and once at its end."""
        if self.redis_url == NO_REDIS:
            return  # the database module logs it
        if failing and not self._failing:
            logger.warning("Redis does not answer, mails wait for the worker's sweep: %r", error)
        if self._failing and not failing:
            logger.warning("Redis answers again")
        self._failing = failing

    async def close(self) -> None:
        """Wait for pending notifications, then close the connection."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=TIMEOUT_SECONDS)
        if self._redis is not None:
            with suppress(Exception):
                await self._redis.aclose(close_connection_pool=True)


_notifier: WorkerNotifier | None = None


@asynccontextmanager
async def connected(redis_url: str) -> AsyncIterator[None]:
    """The notifier of a web process, during its lifespan; without a Redis URL `wake` does nothing, and the sweep sends
    all mails."""
    global _notifier  # noqa: PLW0603 - one notifier per process, like the connection pool
    _notifier = WorkerNotifier(redis_url) if redis_url else None
    loading = asyncio.create_task(_load()) if redis_url != NO_REDIS else None
    try:
        yield
    finally:
        if loading is not None:
            loading.cancel()
            await asyncio.wait([loading])
        notifier, _notifier = _notifier, None
        if notifier is not None:
            await notifier.close()


async def _load() -> None:
    """Import arq, which is slow, neither before the first page nor during the first booking."""
    await asyncio.sleep(IMPORT_DELAY_SECONDS)
    await asyncio.to_thread(import_module, "arq.connections")


def skip_wake(scope: Scope) -> None:
    """Do not wake the worker after this request, a frequent one that queues no mail."""
    scope["state"]["skip_wake"] = True


def skips_wake(scope: Scope) -> bool:
    """Whether `skip_wake` was called for this request."""
    return "skip_wake" in scope["state"]


async def wake() -> None:
    """Wake the worker after a commit that queued a mail; returns at once and never fails."""
    if _notifier is not None:
        _notifier.wake()
