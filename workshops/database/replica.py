"""A read replica, a moment behind the primary, for reads on which nothing is decided.

The caller says so (`prefer_replica`); every other statement and every transaction goes to the primary. The replica is
not used while it does not answer or is more than MAX_LAG seconds behind.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from time import monotonic
from typing import Any

from asyncpg import Connection
from asyncpg.exceptions import InterfaceError, PostgresError

from workshops.database.hosts import UNREACHABLE, Hosts
from workshops.database.pool import ConnectionPool

log = logging.getLogger("technilab")

# Seconds.
MAX_LAG = 10.0
CHECK_INTERVAL = 1.0
CHECK_TIMEOUT = 2.0
# Both as bytes written since the cluster was made. A promoted standby has replayed whatever it has written.
WRITTEN_LSN = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
REPLAYED_LSN = """SELECT pg_wal_lsn_diff(
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0')::bigint"""
FAILED = (*UNREACHABLE, InterfaceError, PostgresError)
SAMPLES = 60


_active: ContextVar[Replica | None] = ContextVar("active_replica", default=None)


@contextmanager
def prefer_replica(replica: Replica | None) -> Iterator[None]:
    """Reads inside may be a moment old."""
    token = _active.set(replica if replica is not None and replica.healthy else None)
    try:
        yield
    finally:
        _active.reset(token)


def active() -> Replica | None:
    """The replica, where reads go to it."""
    return _active.get()


class ReplicationLag:
    """For how many seconds a standby has not replayed what the primary had written.

    Measured by samples of the primary's write position, not by the standby's clock: on a quiet night its last
    transaction is hours old, and it is not behind.
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def seconds(self, *, written: int | None, replayed: int, at: float) -> float:
        """`written` is None while the primary does not answer, and so writes nothing."""
        if written is not None:
            # When there are too many, the newest ones become one, as old as the first of them.
            since = self._samples.pop()[0] if len(self._samples) == SAMPLES else at
            self._samples.append((since, written))
        while self._samples and self._samples[0][1] <= replayed:
            self._samples.popleft()
        return at - self._samples[0][0] if self._samples else 0.0


class Replica:
    """The server of DATABASE_READ_URL and a connection pool to it, for one process."""

    def __init__(self, url: str) -> None:
        self._hosts = Hosts(url)
        self._pool_options: dict[str, Any] = {}
        self.pool: ConnectionPool | None = None
        self._monitor: Connection | None = None
        self._lag = ReplicationLag()
        self.healthy = False
        self._warned = False

    @asynccontextmanager
    async def open(
        self, *, written_lsn: Callable[[], Awaitable[int | None]], **pool_options: Any
    ) -> AsyncIterator[None]:
        """Monitor it while the block lasts; `written_lsn` reads the primary's write position."""
        self._pool_options = pool_options
        await self._check(written_lsn)
        monitoring = asyncio.create_task(self._check_regularly(written_lsn))
        try:
            yield
        finally:
            monitoring.cancel()
            with suppress(asyncio.CancelledError):
                await monitoring
            self._disconnect()

    async def _check_regularly(self, written_lsn: Callable[[], Awaitable[int | None]]) -> None:
        while True:
            await asyncio.sleep(CHECK_INTERVAL)
            await self._check(written_lsn)

    async def _check(self, written_lsn: Callable[[], Awaitable[int | None]]) -> None:
        written = await written_lsn()
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                if self._monitor is None or self._monitor.is_closed():
                    self._monitor = await self._hosts.connect(timeout=CHECK_TIMEOUT)
                replayed = await self._monitor.fetchval(REPLAYED_LSN)
                if self.pool is None:
                    self.pool = await ConnectionPool(connect=self._connect, min_size=0, **self._pool_options)
        except FAILED as error:
            self._disconnect()
            self._report(healthy=False, why=f"does not answer ({type(error).__name__})")
        else:
            lag = self._lag.seconds(written=written, replayed=replayed, at=monotonic())
            self._report(healthy=lag <= MAX_LAG, why=f"is {lag:.0f} s behind")

    async def _connect(self, _: None, **options: Any) -> Connection:
        return await self._hosts.connect(**options, timeout=CHECK_TIMEOUT)

    def _disconnect(self) -> None:
        """Pending reads fail at once."""
        if self._monitor is not None:
            with suppress(InterfaceError):
                self._monitor.terminate()
        if self.pool is not None:
            self.pool.terminate()
        self._monitor = self.pool = None

    def _report(self, *, healthy: bool, why: str) -> None:
        if not healthy and not self._warned:
            log.warning("The read server %s: the primary is read", why)
        elif healthy and self._warned:
            log.warning("The read server is read again")
        self.healthy, self._warned = healthy, not healthy
