"""The connections of a process to one server: asyncpg's pool, which those used last stay out of, at hand for the next.

What a pool does around each statement (a future, a task, a timer) costs this process twice what the statement does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from asyncpg import Connection, Pool, Record
from asyncpg.exceptions import InterfaceError
from asyncpg.pool import PoolConnectionProxy

# They stay open, however long nothing is asked.
AT_HAND = 4
# How long a request waits for one of its process's connections: longer than any rush, shorter than a reader's patience.
WAITS = 10.0


class Lines(Pool):  # type: ignore[misc]
    """A pool in which a connection that was left as it was found is not given back, but lent again."""

    def __init__(self, *, connect: Callable[..., Awaitable[Connection]], min_size: int, max_size: int, **told: Any):
        super().__init__(
            None,
            connect=connect,
            min_size=min_size,
            max_size=max_size,
            max_queries=50_000,
            max_inactive_connection_lifetime=300.0,
            loop=None,
            connection_class=Connection,
            record_class=Record,
            **told,
        )
        self._at_hand: list[PoolConnectionProxy] = []
        self._wanted = 0

    def acquire(self, *, timeout: float | None = None) -> Any:
        """One that is at hand, else asyncpg's; TimeoutError when none comes free within `WAITS` seconds, or so many."""
        return _Lent(self, timeout)

    async def lent(self, within: float | None = None) -> PoolConnectionProxy:
        """The same, awaited."""
        while self._at_hand:
            connection = self._at_hand.pop()
            if _is_open(connection):
                return connection
            await self.release(connection)
        if super().get_idle_size():
            return await super().acquire()
        self._wanted += 1
        try:
            async with asyncio.timeout(WAITS if within is None else within):
                return await super().acquire()
        finally:
            self._wanted -= 1

    def keeps(self, connection: PoolConnectionProxy) -> bool:
        """Whether it stays at hand: nothing is left on it, and nobody waits for one. Else it is to be released."""
        if self._wanted or len(self._at_hand) >= AT_HAND or self.is_closing() or not _is_open(connection):
            return False
        if connection._holder._generation != self._generation:  # it was lent while all were given up
            return False
        self._at_hand.append(connection)
        return True

    async def fetch(self, query: str, *args: object, **told: Any) -> list[Record]:
        """The rows of one statement."""
        connection = await self.lent()
        try:
            found: list[Record] = await connection.fetch(query, *args, **told)
        except BaseException:
            await self.release(connection)
            raise
        if not self.keeps(connection):
            await self.release(connection)
        return found

    def get_idle_size(self) -> int:
        """How many are open and do nothing."""
        return int(super().get_idle_size()) + len(self._at_hand)

    async def expire_connections(self) -> None:
        """None of those that are open now is used again."""
        await super().expire_connections()
        await self._give_back()

    async def close(self) -> None:
        """Wait for those that are used, and close them all."""
        await self._give_back()
        await super().close()

    async def _give_back(self) -> None:
        at_hand, self._at_hand = self._at_hand, []
        for connection in at_hand:
            await self.release(connection)


class _Lent:
    """What `acquire` returns: to be awaited, or to be entered."""

    def __init__(self, lines: Lines, timeout: float | None) -> None:
        self._lines, self._timeout = lines, timeout

    def __await__(self) -> Generator[Any, None, PoolConnectionProxy]:
        return self._lines.lent(self._timeout).__await__()

    async def __aenter__(self) -> PoolConnectionProxy:
        self._connection = await self
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await self._lines.release(self._connection)


def _is_open(connection: PoolConnectionProxy) -> bool:
    try:
        return not (connection.is_closed() or connection.is_in_transaction())
    except InterfaceError:  # its server ended it, and the pool has taken it back
        return False
