"""Answers kept for as long as nothing that they are made of is written.

Each transaction that changes what everybody sees raises the versions of the lycées that it touches (see Version), and
an answer is made in the snapshot in which its version is read: a server shows the same version only as long as it shows
the same answer, a replica too. Two servers may show two orders of the same acts: each counts for itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from asyncpg import Record

from workshops.database import row
from workshops.versions.snapshot import snapshot, within_an_act

Answer = TypeVar("Answer")

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


class Kept(Generic[Answer]):
    """The last answers to a question that many people ask at once, such as the slots on offer.

    `figures`: the programme's own are counted in them, and not only what lycées offer.
    """

    def __init__(self, *, most: int = 64, figures: bool = False) -> None:
        self._most = most
        self._figures = figures
        self._answers: OrderedDict[Hashable, tuple[Record, Answer]] = OrderedDict()

    async def answer(self, key: Hashable, ask: Callable[[], Awaitable[Answer]], *, lycee: str | None = None) -> Answer:
        """The kept answer, or a new one. `key` holds all that the answer depends on, the time included.

        `lycee` is the UAI of the only one that the answer speaks of. An act never gets a kept answer, nor is what it
        sees kept: it may yet be undone.
        """
        if within_an_act():
            return await ask()
        kept = self._answers.get(key)
        if kept is not None and kept[0] == await self._seen(lycee):
            return kept[1]
        async with snapshot():
            seen = await self._seen(lycee)
            found = await ask()
        self._answers[key] = (seen, found)
        self._answers.move_to_end(key)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return found

    async def _seen(self, lycee: str | None) -> Record:
        seen = await row(SEEN, self._figures, lycee)
        assert seen is not None  # noqa: S101 - sums always have their row
        return seen
