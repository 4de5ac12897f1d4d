"""Answers kept for as long as nothing that they are made of is written.

Each transaction that changes what everybody sees raises the versions of the lycées that it touches (see Version), and
an answer is made in the snapshot in which its version is read: a server shows the same version only as long as it shows
the same answer, a replica too. Two servers may show two orders of the same acts: each counts for itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from asyncpg import Record

from workshops.cache.snapshot import snapshot, within_an_act
from workshops.database import row
from workshops.database.batching import Together

Answer = TypeVar("Answer")
Scope: TypeAlias = tuple[bool, str | None]

# $1: whether what only figures read counts; $2: the UAI of the lycée that is looked at alone, null for all of them. A
# server is known by when it started, whatever the way that leads there; a replica that is promoted does not start anew.
SEEN = """
SELECT pg_postmaster_start_time() AS started, pg_is_in_recovery() AS replica,
  coalesce(sum(raised) FILTER (WHERE scope <= 0), 0)::bigint AS shared,
  coalesce(sum(raised) FILTER (WHERE scope > 0), 0)::bigint AS lycees
FROM versions
WHERE (scope >= 0 OR $1::bool)
  AND (scope <= 0 OR $2::varchar IS NULL OR scope = (SELECT id FROM schools WHERE uai = $2))
"""


# The same of nothing that a lycée offers: two lines, whatever the number of lycées.
SEEN_SHARED = """
SELECT pg_postmaster_start_time() AS started, pg_is_in_recovery() AS replica,
  coalesce(sum(raised), 0)::bigint AS shared, 0::bigint AS lycees
FROM versions WHERE scope = 0 OR (scope = -1 AND $1::bool)
"""


@dataclass(frozen=True)
class Held(Generic[Answer]):
    """An answer, and what the versions of what it is made of were as it was made; None within an act, for nobody."""

    answer: Answer
    scope: Scope
    seen: Record | None

    async def stands(self) -> bool:
        """Whether nothing of it has been written since, as the server shows that is read now."""
        return self.seen is not None and self.seen == await _versions.told(self.scope)


class Kept(Generic[Answer]):
    """The last answers to a question that many people ask at once, such as the slots on offer.

    `figures`: the programme's own are counted in them, and not only what lycées offer.
    """

    def __init__(self, *, most: int = 64, figures: bool = False) -> None:
        self._most = most
        self._figures = figures
        self._answers: OrderedDict[Hashable, Held[Answer]] = OrderedDict()
        self._making: dict[Hashable, Together[Hashable, Held[Answer]]] = {}

    async def answer(self, key: Hashable, ask: Callable[[], Awaitable[Answer]], *, lycee: str | None = None) -> Answer:
        """The kept answer, or a new one. `key` holds all that the answer depends on, the time included.

        `lycee` is the UAI of the only one that the answer speaks of, empty where it speaks of nothing that a lycée
        offers. An act never gets a kept answer, nor is what it
        sees kept: it may yet be undone.
        """
        return (await self.held(key, ask, lycee=lycee)).answer

    async def held(
        self, key: Hashable, ask: Callable[[], Awaitable[Answer]], *, lycee: str | None = None
    ) -> Held[Answer]:
        """The same, for whoever keeps what she makes of it for as long as it stands."""
        scope = self._figures, lycee
        if within_an_act():
            return Held(await ask(), scope, None)
        kept = self._answers.get(key)
        if kept is not None and await kept.stands():
            return kept

        async def make(_: list[Hashable]) -> dict[Hashable, Held[Answer]]:
            return {key: await self._made(key, ask, scope)}

        # Those who wait for one that is being made have the next one, which is made once for all of them.
        making = self._making.setdefault(key, Together(make))
        try:
            return await making.told(key)
        finally:
            self._making.pop(key, None)

    async def _made(self, key: Hashable, ask: Callable[[], Awaitable[Answer]], scope: Scope) -> Held[Answer]:
        async with snapshot():
            seen = await _read(scope)
            held = Held(await ask(), scope, seen)
        self._answers[key] = held
        self._answers.move_to_end(key)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return held


async def _read_all(scopes: list[Scope]) -> dict[Scope, Record]:
    return {scope: await _read(scope) for scope in scopes}


# As they are now; those who ask at once are told by one statement.
_versions: Together[Scope, Record] = Together(_read_all)


async def _read(scope: Scope) -> Record:
    figures, lycee = scope
    seen = await (row(SEEN_SHARED, figures) if lycee == "" else row(SEEN, figures, lycee))
    assert seen is not None  # noqa: S101 - sums always have their row
    return seen
