"""Another act at the same moment: it holds rows until somebody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from workshops.database import rows, transaction, value

# Asked by the one who holds: does anybody wait for my end?
AWAITED = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


async def _awaited() -> None:
    """Ask PostgreSQL, that cannot tell us, until somebody waits."""
    if not await value(AWAITED):
        await asyncio.sleep(0.01)
        await _awaited()


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
            await _awaited()
            if then is not None:
                await then()

    acting = asyncio.create_task(act())
    await held.wait()
    yield
    await acting


def locked(slot: int) -> Callable[[], Awaitable[object]]:
    """Taking the lock of a slot, as each act of its reservations does first."""
    return lambda: rows("SELECT 1 FROM slots WHERE id = $1 FOR NO KEY UPDATE", slot)
