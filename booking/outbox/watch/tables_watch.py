"""Whether the tables that this process serves are still those that it knows: they may be put back under its hands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from asyncpg import InterfaceError, PostgresError

from booking.outbox.watch.queries import WAIT_SECONDS, tables_serve

log = logging.getLogger("technilab")

LOOK_SECONDS = 1.0
PUT_BACK = (
    "the tables are another version's, or were put back without technilab restore: nothing is done on them until"
    " technilab migrate has run"
)


class TablesWatch:
    """One process's look at its tables, each second: while they do not `serve` it does nothing on them (a web process
    answers 503), as it would refuse to start, and goes on by itself once `technilab migrate` has run."""

    def __init__(self) -> None:
        self.serve = True

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[TablesWatch]:
        """Look for as long as the process works."""
        looks = asyncio.create_task(self._look_each_second())
        try:
            yield self
        finally:
            looks.cancel()
            with suppress(asyncio.CancelledError):
                await looks

    async def _look_each_second(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """A database that does not answer is said elsewhere, and tells nothing of its tables."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                serve = await tables_serve()
        except (OSError, TimeoutError, PostgresError, InterfaceError):
            return
        if self.serve and not serve:
            log.error(PUT_BACK)
        elif serve and not self.serve:
            log.warning("the tables serve again")
        self.serve = serve
