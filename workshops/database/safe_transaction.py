"""Transactions that never lose a connection.

Piccolo 1.38's own transaction forgets its pooled connection when COMMIT is refused or when its task is cancelled
during ROLLBACK; after `max_size` such events the whole application hangs. The subclass below releases every connection,
whatever happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, ClassVar, Literal, cast

from asyncpg import Connection
from asyncpg.exceptions import InterfaceError
from piccolo.engine.postgres import PostgresTransaction

from workshops.database.outage import outage, raise_if_lost
from workshops.database.pool import ConnectionPool


class SafeTransaction(PostgresTransaction):
    """A transaction whose connection is back in the pool, clean or closed, once the block has been left."""

    __slots__ = ("act", "afterwards", "kept", "pool")
    options: ClassVar[dict[str, Any]] = {}
    around: ClassVar[bool] = False

    async def __aenter__(self) -> PostgresTransaction:
        self.act: Any = None
        if (parent := cast("SafeTransaction | None", self._parent)) is not None:
            if parent.around and parent.act is None:
                self.act = parent.act = parent.connection.transaction()
                self.kept = len(parent.afterwards)
                await self.act.start()
            return parent
        self.afterwards: list[Callable[[], None]] = []  # once it has committed: `once_committed`
        try:
            self.connection = await self.get_connection()
        except Exception as error:
            raise_if_lost(error)
            raise
        try:
            self.transaction = self.connection.transaction(**self.options)
            await self.begin()
        except BaseException as error:
            self._terminate()
            await asyncio.shield(self._release())
            raise_if_lost(error)
            raise
        if outage.on:
            outage.ends()
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        if (parent := cast("SafeTransaction | None", self._parent)) is not None:
            if self.act is not None:
                parent.act = None
                if exception is not None:
                    del parent.afterwards[self.kept :]
                await (self.act.commit() if exception is None else self.act.rollback())
            return False
        self.engine.current_transaction.reset(self.context)
        settled = False
        try:
            if exception is None and not (self._committed or self._rolled_back):
                await self.commit()
            elif exception is not None and not self._rolled_back:
                await self.rollback()
            settled = True
        except Exception as error:
            # The server rolls back by itself once the connection ends; what failed first is what the caller sees.
            if exception is None:
                raise_if_lost(error)
                raise
        finally:
            if not settled:
                self._terminate()
            if not (settled and self.pool is not None and self.pool.keeps(self.connection)):
                await asyncio.shield(self._release())
        for do in () if exception or self._rolled_back else self.afterwards:
            do()
        return False

    async def get_connection(self) -> Connection:
        self.pool = self.pool_to_use()
        if self.pool is None:
            return await self.engine.get_new_connection()
        return await self.pool.acquire()

    def pool_to_use(self) -> ConnectionPool | None:
        """The pool of the server on which all of it runs; None where no pool is open."""
        return self.engine.pool

    def _terminate(self) -> None:
        with suppress(InterfaceError):  # when its backend was killed, asyncpg has already let it go
            self.connection.terminate()

    async def _release(self) -> None:
        if self.pool:
            await self.pool.release(self.connection)
        elif not self.connection.is_closed():
            await self.connection.close()


class AroundTransaction(SafeTransaction):
    """A transaction around acts that know nothing of it: each of them still ends alone, kept or undone whole."""

    __slots__ = ()
    around = True
