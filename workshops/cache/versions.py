"""A cache of answers, each fresh until something that it was made of is written.

Each transaction that changes what everybody sees raises the versions of the lycées that it touches (see Version), and
an answer is made in the snapshot in which its version is read: a server shows the same version only as long as it shows
the same answer, a replica too. Two servers may show two orders of the same acts: each counts for itself.

Several reads of one and the same moment, on one server: a read-only transaction at REPEATABLE READ.

Invalidating the whole cache of every process: no answer that was cached before is fresh any more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from asyncpg import Record
from msgspec import Struct

from workshops.database import SafeTransaction, current_engine, pool_to_read, row, rows
from workshops.database.batching import Batcher
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


Answer = TypeVar("Answer")
Scope: TypeAlias = tuple[bool, str | None]

# $1: whether what only figures read counts; $2: the UAI of the lycée that is looked at alone, null for all of them. A
# server is known by when it started, whatever the way that leads there; a replica that is promoted does not start anew.
VERSION = """
SELECT pg_postmaster_start_time() AS started, pg_is_in_recovery() AS replica,
  coalesce(sum(raised) FILTER (WHERE scope <= 0), 0)::bigint AS shared,
  coalesce(sum(raised) FILTER (WHERE scope > 0), 0)::bigint AS lycees
FROM versions
WHERE (scope >= 0 OR $1::bool)
  AND (scope <= 0 OR $2::varchar IS NULL OR scope = (SELECT id FROM schools WHERE uai = $2))
"""


# The same of nothing that a lycée offers: two rows, whatever the number of lycées.
SHARED_VERSION = """
SELECT pg_postmaster_start_time() AS started, pg_is_in_recovery() AS replica,
  coalesce(sum(raised), 0)::bigint AS shared, 0::bigint AS lycees
FROM versions WHERE scope = 0 OR (scope = -1 AND $1::bool)
"""


class CacheEntry(Struct, Generic[Answer], frozen=True):
    """An answer, and the version of what it was made of; None inside a transaction, whose answers nobody else is
    given."""

    answer: Answer
    scope: Scope
    version: Record | None

    async def is_fresh(self) -> bool:
        """Whether nothing of it has been written since, as the server shows that is read now."""
        return self.version is not None and self.version == await _versions.submit(self.scope)


class VersionedCache(Generic[Answer]):
    """The last answers to a question that many people ask at once, such as the slots on offer.

    `size`: how many answers it holds, the least recently made leaves first. `figures`: the programme's own figures
    count in their versions, and not only what lycées offer.
    """

    def __init__(self, *, size: int = 64, figures: bool = False) -> None:
        self._size = size
        self._figures = figures
        self._entries: OrderedDict[Hashable, CacheEntry[Answer]] = OrderedDict()
        self._pending: dict[Hashable, Batcher[Hashable, CacheEntry[Answer]]] = {}

    async def answer(self, key: Hashable, make: Callable[[], Awaitable[Answer]], *, lycee: str | None = None) -> Answer:
        """The cached answer, or a new one. `key` holds all that the answer depends on, the time included.

        `lycee` is the UAI of the only one that the answer speaks of, empty where it speaks of nothing that a lycée
        offers. A transaction is never given a cached answer, nor is what it sees cached: it may yet be undone.
        """
        return (await self.entry(key, make, lycee=lycee)).answer

    async def entry(
        self, key: Hashable, make: Callable[[], Awaitable[Answer]], *, lycee: str | None = None
    ) -> CacheEntry[Answer]:
        """The same, for a caller that caches something made of it, for as long as it is fresh."""
        scope = self._figures, lycee
        if in_transaction():
            return CacheEntry(await make(), scope, None)
        cached = self._entries.get(key)
        if cached is not None and await cached.is_fresh():
            return cached

        async def make_once(_: list[Hashable]) -> dict[Hashable, CacheEntry[Answer]]:
            return {key: await self._add(key, make, scope)}

        # Callers that arrive while an answer is being made share the next one, made once for all of them.
        pending = self._pending.setdefault(key, Batcher(make_once))
        try:
            return await pending.submit(key)
        finally:
            self._pending.pop(key, None)

    async def _add(self, key: Hashable, make: Callable[[], Awaitable[Answer]], scope: Scope) -> CacheEntry[Answer]:
        async with snapshot():
            version = await _version_of(scope)
            entry = CacheEntry(await make(), scope, version)
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)
        return entry


async def _versions_of(scopes: list[Scope]) -> dict[Scope, Record]:
    return {scope: await _version_of(scope) for scope in scopes}


# Never cached; callers that arrive at the same time share one statement.
_versions: Batcher[Scope, Record] = Batcher(_versions_of)


async def _version_of(scope: Scope) -> Record:
    figures, lycee = scope
    version = await (row(SHARED_VERSION, figures) if lycee == "" else row(VERSION, figures, lycee))
    assert version is not None  # noqa: S101 - sums always have their row
    return version


INVALIDATE_ALL = "UPDATE versions SET raised = raised + $1"


async def invalidate_all(by: int) -> None:
    """After it the base has no version in common with another one, given a number that nobody can predict.

    A process serves cached answers for as long as their version stands, and one base may be put in place of another.
    """
    await rows(INVALIDATE_ALL, by)
