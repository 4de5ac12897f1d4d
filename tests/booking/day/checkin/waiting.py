"""Two requests at once: one of them holds what the other waits for."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

from workshops.database import value

Answer = TypeVar("Answer")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def elsewhere(act: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
    """Do it on a connection of its own, whatever transaction we are in."""
    return asyncio.get_running_loop().create_task(act, context=contextvars.Context())


async def until_one_waits() -> None:
    """Go on once another request waits for what this transaction holds."""
    for _ in range(500):
        if await value(WAITING):
            break
        await asyncio.sleep(0.02)
