"""A second server, a moment behind the first, that is asked by what decides nothing.

Whoever asks says so (`decides_nothing`); every other statement and every act goes to the primary. It is left alone
while it is away or more than LAG seconds behind.
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

from workshops.database.hosts import AWAY, Servers
from workshops.database.pool import Lines

log = logging.getLogger("technilab")

LAG = 10.0
LOOKS = 1.0
PATIENCE = 2.0
# Both as bytes written since the cluster was made. A standby that was promoted has replayed whatever it has written.
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
SHOWN = """SELECT pg_wal_lsn_diff(
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0')::bigint"""
BROKEN = (*AWAY, InterfaceError, PostgresError)
MARKS = 60


_reading: ContextVar[Replica | None] = ContextVar("reading", default=None)


@contextmanager
def decides_nothing(replica: Replica | None) -> Iterator[None]:
    """What is read inside may be a moment old."""
    token = _reading.set(replica if replica is not None and replica.fit else None)
    try:
        yield
    finally:
        _reading.reset(token)


def asked() -> Replica | None:
    """The replica, where what is read is asked of it."""
    return _reading.get()


class Behind:
    """For how long a standby has not shown what the primary had written.

    The primary's own marks, not the standby's clock: on a quiet night its last transaction is hours old, and it is
    not behind.
    """

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def seconds(self, *, written: int | None, shown: int, at: float) -> float:
        """`written` is None while the primary does not answer, and so writes nothing."""
        if written is not None:
            # Many marks behind, the newest ones are one: it is as old as the first of them.
            since = self._marks.pop()[0] if len(self._marks) == MARKS else at
            self._marks.append((since, written))
        while self._marks and self._marks[0][1] <= shown:
            self._marks.popleft()
        return at - self._marks[0][0] if self._marks else 0.0


class Replica:
    """The server of DATABASE_READ_URL, for one process."""

    def __init__(self, url: str) -> None:
        self._servers = Servers(url)
        self._told: dict[str, Any] = {}
        self.pool: Lines | None = None
        self._line: Connection | None = None
        self._behind = Behind()
        self.fit = False
        self._left_alone = False

    @asynccontextmanager
    async def open(self, *, written: Callable[[], Awaitable[int | None]], **pool: Any) -> AsyncIterator[None]:
        """Look at it for as long as the block lasts; `written` asks the primary for its mark, `pool` is asyncpg's."""
        self._told = pool
        await self._look(written)
        looking = asyncio.create_task(self._go_on_looking(written))
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
            self._let_go()

    async def _go_on_looking(self, written: Callable[[], Awaitable[int | None]]) -> None:
        while True:
            await asyncio.sleep(LOOKS)
            await self._look(written)

    async def _look(self, written: Callable[[], Awaitable[int | None]]) -> None:
        mark = await written()
        try:
            async with asyncio.timeout(PATIENCE):
                if self._line is None or self._line.is_closed():
                    self._line = await self._servers.connect(timeout=PATIENCE)
                shown = await self._line.fetchval(SHOWN)
                if self.pool is None:
                    self.pool = await Lines(connect=self._connect, min_size=0, **self._told)
        except BROKEN as error:
            self._let_go()
            self._say(fit=False, why=f"does not answer ({type(error).__name__})")
        else:
            late = self._behind.seconds(written=mark, shown=shown, at=monotonic())
            self._say(fit=late <= LAG, why=f"is {late:.0f} s behind")

    async def _connect(self, _: None, **told: Any) -> Connection:
        return await self._servers.connect(**told, timeout=PATIENCE)

    def _let_go(self) -> None:
        """Whoever still waits for an answer is told at once that none comes."""
        if self._line is not None:
            with suppress(InterfaceError):
                self._line.terminate()
        if self.pool is not None:
            self.pool.terminate()
        self._line = self.pool = None

    def _say(self, *, fit: bool, why: str) -> None:
        if not fit and not self._left_alone:
            log.warning("The read server %s: the primary is read", why)
        elif fit and self._left_alone:
            log.warning("The read server is read again")
        self.fit, self._left_alone = fit, not fit
