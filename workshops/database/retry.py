"""Retrying transactions that deadlocked: PostgreSQL ends one of them, which runs again, then is refused in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asyncpg.exceptions import DeadlockDetectedError, SerializationError

from workshops.database.engine import current_engine
from workshops.refusals import Refusal

P = ParamSpec("P")
T = TypeVar("T")

RETRIABLE = (DeadlockDetectedError, SerializationError)
ATTEMPTS = 3


class ConcurrentUpdate(Refusal):
    kind = "crossed"
    title = "Deux demandes en même temps"
    sentence = "Quelqu'un a changé les mêmes places au même moment. Rien n'a été enregistré : recommencez."


def retried(verb: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Runs the verb again when its transaction deadlocked with another; raises ConcurrentUpdate after three attempts.

    Inside an outer transaction it runs once: what PostgreSQL ended there is the whole of it, which alone can start
    again.
    """

    @wraps(verb)
    async def with_retries(*args: P.args, **kwargs: P.kwargs) -> T:
        if current_engine().current_transaction.get() is not None:
            return await verb(*args, **kwargs)
        for _ in range(ATTEMPTS):
            try:
                return await verb(*args, **kwargs)
            except RETRIABLE:
                continue
        raise ConcurrentUpdate()

    return with_retries
