"""Transactions of the user who owns the tables, where the one who acts on them may not do all."""

from __future__ import annotations

from asyncpg import Connection

from workshops.database.engine import Engine, current_engine, transaction
from workshops.database.safe_transaction import SafeTransaction


class OwnersTransaction(SafeTransaction):
    """The same on a connection of its own, as the user who owns the tables."""

    __slots__ = ()
    engine: Engine

    async def get_connection(self) -> Connection:
        self.pool = None
        return await (self.engine.owner or self.engine.hosts).connect()


def owners_transaction() -> SafeTransaction:
    """The same as the user who owns the tables: what no act may do, as emptying a trial. Nested, it is part of the
    outer transaction."""
    engine = current_engine()
    return transaction() if engine.owner is None else OwnersTransaction(engine=engine)
