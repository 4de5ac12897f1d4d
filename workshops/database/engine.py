"""The only door to PostgreSQL: a transaction that never loses a connection, plain reads, and one word when it is away.

Piccolo 1.38's own transaction forgets its pooled connection when COMMIT is refused or when its task is cancelled
during ROLLBACK; after `max_size` such events the whole application waits for ever. The subclass below gives every
connection back, whatever happens.
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
from workshops.database.hosts import Servers
from workshops.database.outage import DatabaseAway as DatabaseAway  # noqa: PLC0414 - part of this door
from workshops.database.outage import outage, say_if_lost
from workshops.database.pool import WAITS, Lines
from workshops.database.replica import Replica
from workshops.database.request_id import numbered, request_id
from workshops.database.statements import worded, written_anew

Rows = Sequence[Record]


class SafeTransaction(PostgresTransaction):
    """One transaction; its connection is back in the pool, clean or dead, once the block has been left."""

    __slots__ = ("pool",)
    begun_as: ClassVar[dict[str, Any]] = {}

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        try:
            self.connection = await self.get_connection()
        except Exception as error:
            say_if_lost(error)
            raise
        try:
            self.transaction = self.connection.transaction(**self.begun_as)
            await self.begin()
        except BaseException as error:
            self._end()
            await asyncio.shield(self._give_back())
            say_if_lost(error)
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
                say_if_lost(error)
                raise
        finally:
            if not settled:
                self._end()
            if not (settled and self.pool is not None and self.pool.keeps(self.connection)):
                await asyncio.shield(self._give_back())
        return False

    async def get_connection(self) -> Connection:
        self.pool = self.to_ask()
        if self.pool is None:
            return await self.engine.get_new_connection()
        return await self.pool.acquire()

    def to_ask(self) -> Lines | None:
        """The pool of the server where all of it is read and written; None where no pool is open."""
        return self.engine.pool

    def _end(self) -> None:
        with suppress(InterfaceError):  # when its backend was killed, asyncpg has already let it go
            self.connection.terminate()

    async def _give_back(self) -> None:
        if self.pool:
            await self.pool.release(self.connection)
        elif not self.connection.is_closed():
            await self.connection.close()


class Engine(PostgresEngine):
    """Piccolo's engine with our transaction, on the servers of a URL."""

    def __init__(self, servers: Servers, replica: Replica | None) -> None:
        self.servers = servers
        self.replica = replica
        super().__init__(config=servers.config)

    async def get_new_connection(self) -> Connection:
        return await self.servers.connect()

    async def start_connection_pool(self, **kwargs: Any) -> None:
        self.pool = await Lines(connect=self._connect, **kwargs)

    async def _connect(self, _: None, **told: Any) -> Connection:
        return await self.servers.connect(**told)

    def transaction(self, allow_nested: bool = True) -> SafeTransaction:
        return SafeTransaction(engine=self, allow_nested=allow_nested)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Rows:
        """What Piccolo's builder asks goes as all else does: in our transaction, and one word when nothing answers."""
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await rows(sql, *args)

    async def check_version(self) -> None:
        """Piccolo would open a connection here, while a module is being imported, to warn in English."""

    async def prep_database(self) -> None:
        """Piccolo would open another, to add an extension that nothing uses."""


def engine_for(database_url: str, read_url: str = "") -> Engine:
    """An engine for a `postgresql://` URL, of one server or several (`workshops.database.hosts`); it opens nothing yet.

    `read_url` leads to a replica, for what decides nothing.
    """
    return Engine(Servers(database_url), Replica(read_url) if read_url else None)


def current_engine() -> Engine:
    """The engine named by piccolo_conf; asked for with each statement, it is looked for once."""
    return cast(Engine, _conf().DB)


@cache
def _conf() -> ModuleType:
    # Piccolo's own way to it loads all that migrations need.
    return import_module(os.environ.get("PICCOLO_CONF", "piccolo_conf"))


@asynccontextmanager
async def open_pool(*, size: int = 8, ready: bool = True) -> AsyncIterator[None]:
    """Keep connections open for the life of a process; unless `ready`, it also begins while PostgreSQL is away."""
    here = current_engine()
    for table in TABLE_REGISTRY:
        table._meta.db = here  # what the builder asks for; it would look for it by Piccolo's way
    at_once = min(2, size) if ready else 0
    await here.start_connection_pool(min_size=at_once, max_size=size, reset=_nothing_to_reset, timeout=WAITS)
    try:
        async with _followed(here, size):
            yield
    finally:
        await here.close_connection_pool()


def _followed(here: Engine, size: int) -> AbstractAsyncContextManager[None]:
    if here.replica is None:
        return nullcontext()
    return here.replica.open(written=_written, max_size=size, reset=_nothing_to_reset)


async def _written() -> int | None:
    with suppress(DatabaseAway, PostgresError, TimeoutError):
        async with asyncio.timeout(replica.PATIENCE):
            return cast(int, await value(replica.WRITTEN))
    return None


async def _nothing_to_reset(connection: Connection) -> None:
    """No statement of ours leaves a setting, a lock or a cursor on its session: asyncpg's RESET ALL after each use is
    a second round trip for nothing (a third of the check-ins per second). An open transaction is still rolled back."""


def decides_nothing() -> AbstractContextManager[None]:
    """What is read inside may be a moment old: it is asked of the replica, where there is one that follows."""
    return replica.decides_nothing(current_engine().replica)


def answering() -> Literal["primary", "replica"]:
    """Which server what is read now is asked of."""
    return "primary" if replica.asked() is None else "replica"


def transaction() -> SafeTransaction:
    """One act of a verb: it commits whole or not at all. Nested, it is part of the outer one."""
    return SafeTransaction(engine=current_engine())


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of the current transaction that may fail alone: its failure is undone, then raised."""
    current = current_engine().current_transaction.get()
    if current is None:
        raise RuntimeError("a savepoint needs a transaction around it")
    try:
        async with current.connection.transaction():
            yield
    except Exception as error:
        say_if_lost(error)
        raise


async def rows(sql: str, *args: object) -> Rows:
    """Every row of a statement, inside the current transaction if there is one."""
    try:
        return await _rows(worded(sql), *args)
    except InvalidCachedStatementError as error:
        written_anew()
        if current_engine().current_transaction.get() is not None:
            raise DatabaseAway("a table has changed under this act: it has to begin anew") from error
        return await _rows(worded(sql), *args)
    except AssertionError as error:
        # Behind a pooler another server has prepared it since: rows of another shape came, of what is done by now.
        written_anew()
        if current_engine().current_transaction.get() is not None or not sql.lstrip().startswith("SELECT"):
            raise DatabaseAway("a table has changed under this act: nobody knows whether it is done") from error
        return await _rows(worded(sql), *args)


async def _rows(sql: str, *args: object) -> Rows:
    here = current_engine()
    current = here.current_transaction.get()
    if (with_request := numbered(sql, len(args))) is not None:
        sql, args = with_request, (*args, request_id.get())
    try:
        if current is not None:
            found = await current.connection.fetch(sql, *args)
        elif (pool := pool_to_read(here)) is not None:
            found = await pool.fetch(sql, *args)
        else:
            connection: Connection = await here.get_new_connection()
            try:
                found = await connection.fetch(sql, *args)
            finally:
                await connection.close()
    except Exception as error:
        if isinstance(error, ReadOnlySQLTransactionError) and here.pool is not None:
            # The others of the pool lead there too: none is used again, this one once it is given back.
            await here.pool.expire_connections()
        say_if_lost(error)
        raise
    if outage.on:
        outage.ends()
    return cast(Rows, found)


def pool_to_read(here: Engine) -> Lines | None:
    """The pool of the server that is read: the replica's, where what is read decides nothing."""
    reader = replica.asked()
    if reader is None:
        return here.pool
    if reader.pool is None:
        raise ConnectionError("the replica was let go of")
    return reader.pool


async def row(sql: str, *args: object) -> Record | None:
    """The first row, or None."""
    found = await rows(sql, *args)
    return found[0] if found else None


async def value(sql: str, *args: object) -> Any:
    """The first column of the first row, or None."""
    first = await row(sql, *args)
    return first[0] if first is not None else None
