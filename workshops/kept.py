"""Answers kept for as long as nothing at all is written to the database.

PostgreSQL names what a reader sees by a snapshot. As long as it shows the same snapshot, the same question has the same
answer: an answer kept this way is never stale, and costs one trivial statement instead of a long one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from workshops.database import value

Answer = TypeVar("Answer")

SNAPSHOT = "SELECT pg_current_snapshot()::text"


class Kept(Generic[Answer]):
    """The last answers to a question that many people ask at once, such as the slots on offer."""

    def __init__(self, *, most: int = 64) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, tuple[str, Answer]] = OrderedDict()

    async def answer(self, key: Hashable, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """The kept answer, or a new one. `key` holds all that the answer depends on, the time included."""
        # Taken before asking: what is written in between gives the next reader another snapshot, never this one again.
        snapshot = await value(SNAPSHOT)
        kept = self._answers.get(key)
        if kept is not None and kept[0] == snapshot:
            return kept[1]
        found = await ask()
        self._answers[key] = (snapshot, found)
        self._answers.move_to_end(key)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return found
