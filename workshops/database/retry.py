"""Two acts that wait for each other: PostgreSQL ends one of them, which is tried again, then refused in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asyncpg.exceptions import DeadlockDetectedError, SerializationError

from workshops.database.engine import current_engine
from workshops.refusals import Refusal

P = ParamSpec("P")
T = TypeVar("T")

CROSSINGS = (DeadlockDetectedError, SerializationError)
TRIES = 3


class Crossed(Refusal):
    kind = "crossed"
    title = "Deux demandes en même temps"
    sentence = "Quelqu'un a changé les mêmes places au même moment. Rien n'a été enregistré : recommencez."


def retried(verb: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """An act that is done again when it crossed another one; raises Crossed when that happened three times.

    Inside an outer transaction it is done once: what PostgreSQL ended there is the whole of it, which alone may start
    again.
    """

    @wraps(verb)
    async def done(*args: P.args, **kwargs: P.kwargs) -> T:
        if current_engine().current_transaction.get() is not None:
            return await verb(*args, **kwargs)
        for _ in range(TRIES):
            try:
                return await verb(*args, **kwargs)
            except CROSSINGS:
                continue
        raise Crossed()

    return done
