"""The database engine: transactions that never lose a connection, reads, and one exception during an outage.

Piccolo 1.38's own transaction forgets its pooled connection when COMMIT is refused or when its task is cancelled
during ROLLBACK; after `max_size` such events the whole application hangs. The subclass below releases every connection,
whatever happens.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext, suppress
from functools import cache
from importlib import import_module
from types import ModuleType, TracebackType
from typing import Any, ClassVar, Literal, cast

from asyncpg import Connection, Record
from asyncpg.exceptions import (
    InterfaceError,
    InvalidCachedStatementError,
    PostgresError,
    ReadOnlySQLTransactionError,
)
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString
from piccolo.table import TABLE_REGISTRY

from workshops.database import replica
from workshops.database.hosts import Hosts
from workshops.database.outage import DatabaseAway, outage, raise_if_lost
from workshops.database.pool import ACQUIRE_TIMEOUT, ConnectionPool
from workshops.database.replica import Replica
from workshops.database.request_id import request_id, with_request_id
from workshops.database.statements import invalidate_prepared, versioned

Rows = Sequence[Record]


class SafeTransaction(PostgresTransaction):
    """A transaction whose connection is back in the pool, clean or closed, once the block has been left."""

    __slots__ = ("pool",)
    options: ClassVar[dict[str, Any]] = {}

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
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
        if self._parent is not None:
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


class Engine(PostgresEngine):
    """Piccolo's engine with our transaction, on the hosts of a URL.

    `owner` leads to the same database as the user who owns its tables, where the one who acts may not do all.
    """

    def __init__(self, hosts: Hosts, replica: Replica | None, owner: Hosts | None = None) -> None:
        self.hosts = hosts
        self.replica = replica
        self.owner = owner
        super().__init__(config=hosts.config)

    async def get_new_connection(self) -> Connection:
        return await self.hosts.connect()

    async def start_connection_pool(self, **kwargs: Any) -> None:
        self.pool = await ConnectionPool(connect=self._connect, **kwargs)

    async def _connect(self, _: None, **options: Any) -> Connection:
        return await self.hosts.connect(**options)

    def transaction(self, allow_nested: bool = True) -> SafeTransaction:
        return SafeTransaction(engine=self, allow_nested=allow_nested)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Rows:
        """Piccolo's query builder runs as `rows` does: in our transaction, with DatabaseAway during an outage."""
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await rows(sql, *args)

    async def check_version(self) -> None:
        """Piccolo would open a connection here, while a module is being imported, to warn in English."""

    async def prep_database(self) -> None:
        """Piccolo would open another, to add an extension that nothing uses."""


def engine_for(database_url: str, read_url: str = "", owner_url: str = "") -> Engine:
    """An engine for a `postgresql://` URL, of one server or several (`workshops.database.hosts`); it opens nothing yet.

    `read_url` leads to a read replica, `owner_url` to the same database as the user who owns its tables.
    """
    replica = Replica(read_url) if read_url else None
    return Engine(Hosts(database_url), replica, Hosts(owner_url) if owner_url else None)


def current_engine() -> Engine:
    """The engine named by piccolo_conf, looked up once."""
    return cast(Engine, _conf().DB)


@cache
def _conf() -> ModuleType:
    # Piccolo's engine_finder loads all that migrations need.
    return import_module(os.environ.get("PICCOLO_CONF", "piccolo_conf"))


@asynccontextmanager
async def open_pool(*, size: int = 8, ready: bool = True) -> AsyncIterator[None]:
    """Keep a connection pool for the life of a process; unless `ready`, it also opens during an outage."""
    engine = current_engine()
    for table in TABLE_REGISTRY:
        table._meta.db = engine  # what the query builder uses; it would look it up with engine_finder
    at_once = min(2, size) if ready else 0
    await engine.start_connection_pool(
        min_size=at_once, max_size=size, reset=_nothing_to_reset, timeout=ACQUIRE_TIMEOUT
    )
    try:
        async with _with_replica(engine, size):
            yield
    finally:
        await engine.close_connection_pool()


def _with_replica(engine: Engine, size: int) -> AbstractAsyncContextManager[None]:
    if engine.replica is None:
        return nullcontext()
    return engine.replica.open(written_lsn=_written_lsn, max_size=size, reset=_nothing_to_reset)


async def _written_lsn() -> int | None:
    with suppress(DatabaseAway, PostgresError, TimeoutError):
        async with asyncio.timeout(replica.CHECK_TIMEOUT):
            return cast(int, await value(replica.WRITTEN_LSN))
    return None


async def _nothing_to_reset(connection: Connection) -> None:
    """No statement of ours leaves a setting, a lock or a cursor on its session: asyncpg's RESET ALL after each use is
    a second round trip for nothing (a third of the check-ins per second). An open transaction is still rolled back."""


def prefer_replica() -> AbstractContextManager[None]:
    """Reads inside may be a moment old: they go to the replica, where there is a healthy one."""
    return replica.prefer_replica(current_engine().replica)


def server_read() -> Literal["primary", "replica"]:
    """Which server reads go to now."""
    return "primary" if replica.active() is None else "replica"


def transaction() -> SafeTransaction:
    """One act of a verb: it commits whole or not at all. Nested, it is part of the outer transaction."""
    return SafeTransaction(engine=current_engine())


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of the current transaction that may fail by itself: it is rolled back, and its error raised."""
    current = current_engine().current_transaction.get()
    if current is None:
        raise RuntimeError("a savepoint needs a transaction around it")
    try:
        async with current.connection.transaction():
            yield
    except Exception as error:
        raise_if_lost(error)
        raise


async def rows(sql: str, *args: object) -> Rows:
    """Every row of a statement, inside the current transaction if there is one."""
    try:
        return await _rows(versioned(sql), *args)
    except InvalidCachedStatementError as error:
        invalidate_prepared()
        if current_engine().current_transaction.get() is not None:
            raise DatabaseAway("a table has changed under this act: it has to begin anew") from error
        return await _rows(versioned(sql), *args)
    except AssertionError as error:
        # Behind a pooler another server has prepared it since: rows of another shape came, of what is already done.
        invalidate_prepared()
        if current_engine().current_transaction.get() is not None or not sql.lstrip().startswith("SELECT"):
            raise DatabaseAway("a table has changed under this act: nobody knows whether it is done") from error
        return await _rows(versioned(sql), *args)


async def _rows(sql: str, *args: object) -> Rows:
    engine = current_engine()
    current = engine.current_transaction.get()
    if (correlated := with_request_id(sql, len(args))) is not None:
        sql, args = correlated, (*args, request_id.get())
    try:
        if current is not None:
            records = await current.connection.fetch(sql, *args)
        elif (pool := pool_to_read(engine)) is not None:
            records = await pool.fetch(sql, *args)
        else:
            connection: Connection = await engine.get_new_connection()
            try:
                records = await connection.fetch(sql, *args)
            finally:
                await connection.close()
    except Exception as error:
        if isinstance(error, ReadOnlySQLTransactionError) and engine.pool is not None:
            # The other connections of the pool lead to that server too: none is used again, this one once released.
            await engine.pool.expire_connections()
        raise_if_lost(error)
        raise
    if outage.on:
        outage.ends()
    return cast(Rows, records)


def pool_to_read(engine: Engine) -> ConnectionPool | None:
    """The pool that reads use: the replica's inside `prefer_replica`."""
    reader = replica.active()
    if reader is None:
        return engine.pool
    if reader.pool is None:
        raise ConnectionError("the replica was disconnected")
    return reader.pool


async def row(sql: str, *args: object) -> Record | None:
    """The first row, or None."""
    records = await rows(sql, *args)
    return records[0] if records else None


async def value(sql: str, *args: object) -> Any:
    """The first column of the first row, or None."""
    first = await row(sql, *args)
    return first[0] if first is not None else None
