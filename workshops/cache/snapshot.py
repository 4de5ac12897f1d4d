"""Several readings of one and the same moment, and of one server."""

from __future__ import annotations

from typing import Any, ClassVar

from workshops.database import SafeTransaction, current_engine, pool_to_read
from workshops.database.pool import Lines


class Snapshot(SafeTransaction):
    """A transaction that reads, of what is done alone."""

    __slots__ = ()
    begun_as: ClassVar[dict[str, Any]] = {"isolation": "repeatable_read", "readonly": True}

    def to_ask(self) -> Lines | None:
        return pool_to_read(current_engine())


def snapshot() -> Snapshot:
    """All that is read inside is of the moment of the first reading; inside another snapshot, of its moment."""
    return Snapshot(engine=current_engine())


def within_an_act() -> bool:
    """Whether what is read now may be an act's own, which nobody else sees yet."""
    current = current_engine().current_transaction.get()
    return current is not None and not isinstance(current, Snapshot)
