"""Another act at the same moment: it holds rows until somebody waits for it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from workshops.database import rows, transaction, value

Answer = TypeVar("Answer")
# Asked by the one who holds: who waits for my end?
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def elsewhere(act: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
    """Do it on a connection of its own, whatever transaction we are in."""
    return asyncio.get_running_loop().create_task(act, context=contextvars.Context())


async def until(asked: Callable[[], Awaitable[object]]) -> None:
    """Ask PostgreSQL, which cannot tell us, until it says yes."""
    for _ in range(9000):
        if await asked():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("a minute and a half, and it never came")


async def until_one_waits() -> None:
    """Go on once another request waits for what this transaction holds."""
    await until(lambda: value(WAITING))


@asynccontextmanager
async def another_act(
    first: Callable[[], Awaitable[object]], then: Callable[[], Awaitable[object]] | None = None
) -> AsyncIterator[None]:
    """Does `first`, leaves the block to its own act, goes on with `then` once that waits for it, and ends.

    When `then` waits for the block's act in its turn, it is that act which PostgreSQL ends.
    """
    held = asyncio.Event()

    async def act() -> None:
        async with transaction():
            await rows("SET LOCAL deadlock_timeout = '30s'")
            await first()
            held.set()
            await until_one_waits()
            if then is not None:
                await then()

    acting = asyncio.create_task(act())
    await held.wait()
    yield
    await acting


def locked(slot: int) -> Callable[[], Awaitable[object]]:
    """Taking the lock of a slot, as each act of its reservations does first."""
    return lambda: rows("SELECT 1 FROM slots WHERE id = $1 FOR NO KEY UPDATE", slot)
