"""Several reads of one and the same moment, on one server: a read-only transaction at REPEATABLE READ."""

from __future__ import annotations

from typing import Any, ClassVar

from workshops.database import SafeTransaction, current_engine, pool_to_read
from workshops.database.pool import ConnectionPool


class Snapshot(SafeTransaction):
    """A read-only transaction that sees only what was committed when it began."""

    __slots__ = ()
    options: ClassVar[dict[str, Any]] = {"isolation": "repeatable_read", "readonly": True}

    def pool_to_use(self) -> ConnectionPool | None:
        return pool_to_read(current_engine())


def snapshot() -> Snapshot:
    """All reads inside are of the moment of the first one; inside another snapshot, of its moment."""
    return Snapshot(engine=current_engine())


def in_transaction() -> bool:
    """Whether reads may now see a transaction's own writes, which nobody else sees yet."""
    current = current_engine().current_transaction.get()
    return current is not None and not isinstance(current, Snapshot)
