"""What a call asks of PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from workshops.database import current_engine

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")


async def statements_of(call: Callable[[], Awaitable[object]]) -> list[str]:
    """Our statements that a call sends to PostgreSQL; a new connection also asks, once, what our types are."""
    sent: list[str] = []

    def note(record: Any) -> None:
        sent.append(record.query)

    pool = current_engine().pool
    held = [await pool.acquire() for _ in range(pool.get_size())]
    for connection in held:
        connection.add_query_logger(note)
        await pool.release(connection)
    try:
        await call()
    finally:
        held = [await pool.acquire() for _ in range(pool.get_size())]
        for connection in held:
            connection.remove_query_logger(note)
            await pool.release(connection)
    return [one for one in sent if not one.startswith(CONTROL) and "pg_catalog" not in one and "'jit'" not in one]
