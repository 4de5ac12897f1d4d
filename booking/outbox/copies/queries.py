"""What became of the copies, as whoever watches reads it."""

from __future__ import annotations

import asyncio

from asyncpg import PostgresError

from booking.outbox.copies.rules import Kept
from booking.outbox.watch.queries import WAIT_SECONDS
from workshops.database import value
from workshops.database.row_types import rows_as

COPIES = """SELECT act, way, done_at, copied_at, seconds, kept_days, failed_at, failure
FROM copies ORDER BY act, way"""
KEPT_DAYS = "SELECT max(kept_days)::integer FROM copies WHERE act = 'copy' AND done_at IS NOT NULL"


async def copies() -> list[Kept]:
    """The last copy of each way, then the last rehearsal of each."""
    return await rows_as(Kept, COPIES)


async def copies_soon() -> list[Kept]:
    """The same for what may not wait; nothing where the database is away or has no tables yet."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return await copies()
    except (OSError, TimeoutError, PostgresError):
        return []


async def copies_kept_days() -> int:
    """For how many days what is erased may still stand in a copy; 0 where none was made."""
    return int(await value(KEPT_DAYS) or 0)
