"""The database engine: transactions, reads, and one exception during an outage."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext, suppress
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, cast

from asyncpg import Connection, Record
from asyncpg.exceptions import (
    InvalidCachedStatementError,
    PostgresError,
    ReadOnlySQLTransactionError,
)
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString
from piccolo.table import TABLE_REGISTRY

from workshops.database import replica
from workshops.database.hosts import Hosts
from workshops.database.outage import DatabaseAway, outage, raise_if_lost
from workshops.database.pool import ACQUIRE_TIMEOUT, ConnectionPool
from workshops.database.replica import Replica
from workshops.database.request_id import of_request
from workshops.database.safe_transaction import AroundTransaction, SafeTransaction
from workshops.database.statements import invalidate_prepared, versioned

Rows = Sequence[Record]


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


def around_acts() -> AroundTransaction:
    """A transaction of acts and of what is written beside them; one of them that is undone, as in a dry run, leaves
    the others."""
    return AroundTransaction(engine=current_engine())


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of the current transaction that may fail by itself: it is rolled back, and its error raised."""
    current = cast(SafeTransaction | None, current_engine().current_transaction.get())
    if current is None:
        raise RuntimeError("a savepoint needs a transaction around it")
    kept = len(current.afterwards)
    try:
        async with current.connection.transaction():
            yield
    except Exception as error:
        del current.afterwards[kept:]
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
    sql, args = of_request(sql, args)
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
