"""The connection pool of a process to one server: asyncpg's, with the last used connections kept checked out and hot.

What a pool does around each statement (a future, a task, a timer) costs this process twice what the statement does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from asyncpg import Connection, Pool, Record
from asyncpg.exceptions import InterfaceError
from asyncpg.pool import PoolConnectionProxy

# They stay open, however long the pool is idle.
HOT_CONNECTIONS = 4
# Seconds for which a request waits for a connection: longer than a planned change of leader, shorter than a reader's
# patience.
ACQUIRE_TIMEOUT = 5.0


class ConnectionPool(Pool):  # type: ignore[misc]
    """A pool in which a connection that is clean after its use is not released, but handed to the next user."""

    def __init__(self, *, connect: Callable[..., Awaitable[Connection]], min_size: int, max_size: int, **options: Any):
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
            **options,
        )
        self._hot: list[PoolConnectionProxy] = []
        self._in_use: dict[PoolConnectionProxy, int] = {}
        self._expirations = 0
        self._waiters = 0

    def acquire(self, *, timeout: float | None = None) -> Any:
        """A hot connection, else asyncpg's; TimeoutError when none is free within `ACQUIRE_TIMEOUT` or `timeout` s."""
        return _Acquire(self, timeout)

    async def take(self, within: float | None = None) -> PoolConnectionProxy:
        """The same, awaited."""
        while self._hot:
            connection = self._hot.pop()
            if _is_usable(connection):
                return self._lend(connection)
            await self.release(connection)
        if super().get_idle_size():
            return self._lend(await super().acquire())
        self._waiters += 1
        try:
            async with asyncio.timeout(ACQUIRE_TIMEOUT if within is None else within):
                return self._lend(await super().acquire())
        finally:
            self._waiters -= 1

    def _lend(self, connection: PoolConnectionProxy) -> PoolConnectionProxy:
        self._in_use[connection] = self._expirations
        return connection

    def keeps(self, connection: PoolConnectionProxy) -> bool:
        """Whether it stays hot: it is clean, and nobody waits for a connection. Else the caller releases it."""
        if self._waiters or len(self._hot) >= HOT_CONNECTIONS or self.is_closing() or not _is_usable(connection):
            return False
        if self._in_use.pop(connection) != self._expirations:  # it was in use while all were expired
            return False
        self._hot.append(connection)
        return True

    async def release(self, connection: PoolConnectionProxy, **options: Any) -> None:
        """Give a connection back to asyncpg."""
        self._in_use.pop(connection, None)
        await super().release(connection, **options)

    async def fetch(self, query: str, *args: object, **options: Any) -> list[Record]:
        """The rows of one statement."""
        connection = await self.take()
        try:
            records: list[Record] = await connection.fetch(query, *args, **options)
        except BaseException:
            await self.release(connection)
            raise
        if not self.keeps(connection):
            await self.release(connection)
        return records

    def get_idle_size(self) -> int:
        """How many connections are open and idle, the hot ones included."""
        return int(super().get_idle_size()) + len(self._hot)

    async def expire_connections(self) -> None:
        """None of the connections that are open now is used again."""
        self._expirations += 1
        await super().expire_connections()
        await self._release_hot()

    async def close(self) -> None:
        """Wait for the connections in use, and close all."""
        await self._release_hot()
        await super().close()

    async def _release_hot(self) -> None:
        hot, self._hot = self._hot, []
        for connection in hot:
            await self.release(connection)


class _Acquire:
    """What `acquire` returns: to be awaited, or entered as a context."""

    def __init__(self, pool: ConnectionPool, timeout: float | None) -> None:
        self._pool, self._timeout = pool, timeout

    def __await__(self) -> Generator[Any, None, PoolConnectionProxy]:
        return self._pool.take(self._timeout).__await__()

    async def __aenter__(self) -> PoolConnectionProxy:
        self._connection = await self
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await self._pool.release(self._connection)


def _is_usable(connection: PoolConnectionProxy) -> bool:
    try:
        return not (connection.is_closed() or connection.is_in_transaction())
    except InterfaceError:  # its server ended it, and the pool has taken it back
        return False
