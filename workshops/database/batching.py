"""Questions that come while others are being answered go to the database together, next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from typing import Generic, TypeAlias, TypeVar

from asyncpg.exceptions import DataError, DeadlockDetectedError, IntegrityConstraintViolationError, SerializationError

from workshops.database.engine import current_engine, pool_to_read
from workshops.database.pool import Lines

Question = TypeVar("Question", bound=Hashable)
Told = TypeVar("Told")
# Seconds after which a round is not waited for any more: what holds it up, a lock or a server, is not everybody's.
PATIENCE = 0.1
# Acts in one statement.
MOST = 8
# Seconds for which a round of acts waits for each whom the last one answered: what it takes to tell her, to hear what
# she asks next and to see who she is. Fewer, and whoever misses it goes round after round in a statement of her own.
EACH_WITHIN = 0.001
# What the database said no to, as a whole.
REFUSED = (IntegrityConstraintViolationError, DataError, DeadlockDetectedError, SerializationError)

Ask: TypeAlias = Callable[[list[Question]], Awaitable[Mapping[Question, Told]]]


class Together(Generic[Question, Told]):
    """Asks for many at once, round after round, of the server that each of them is asked of.

    A round begins after the last of its questions was put: nobody is told what was read before she asked. One that is
    held up holds up nobody who asks later.
    """

    def __init__(self, ask: Ask[Question, Told], *, pause: float = 0.0) -> None:
        self._ask = ask
        self._pause = pause
        self._rounds: dict[Lines, _Rounds[Question, Told]] = {}

    async def told(self, question: Question) -> Told:
        """The answer; an act and a snapshot ask for themselves. Raises what the asking of its round raised."""
        here = current_engine()
        pool = pool_to_read(here)
        if pool is None or here.transaction_exists():
            return (await self._ask([question]))[question]
        if pool not in self._rounds:
            self._rounds = {one: rounds for one, rounds in self._rounds.items() if not one.is_closing()}
            self._rounds[pool] = _Rounds(self._ask, self._pause)
        return await self._rounds[pool].told(question)


class _Rounds(Generic[Question, Told]):
    def __init__(self, ask: Ask[Question, Told], pause: float) -> None:
        self._ask = ask
        self._pause = pause
        self._waiting: dict[Question, list[asyncio.Future[Told]]] = {}
        self._expected, self._until, self._all_here = 0, 0.0, asyncio.Event()
        self._going: asyncio.Task[None] | None = None
        self._held_up: set[asyncio.Task[None]] = set()

    async def told(self, question: Question) -> Told:
        answer: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(question, []).append(answer)
        if len(self._waiting) >= self._expected:
            self._all_here.set()
        if self._going is None:
            self._going = asyncio.create_task(self._go_round())
        return await answer

    async def _go_round(self) -> None:
        me, clock = asyncio.current_task(), asyncio.get_running_loop()
        try:
            while self._waiting and self._going is me:
                await self._join()
                asked, self._waiting = self._waiting, {}
                alarm = clock.call_later(PATIENCE, self._go_on_without)
                try:
                    await self._round(asked)
                finally:
                    alarm.cancel()
                self._expected = min(MOST, len(self._waiting) + len(asked))
                self._until = clock.time() + self._pause * self._expected
        finally:
            if self._going is me:
                self._going = None

    async def _join(self) -> None:
        """Wait a moment for those whom the last round has just answered: whoever asks much asks again."""
        left = self._until - asyncio.get_running_loop().time()
        if left > 0 and len(self._waiting) < self._expected:
            self._all_here.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._all_here.wait()

    def _go_on_without(self) -> None:
        if self._going is not None:
            self._held_up.add(self._going)
            self._going.add_done_callback(self._held_up.discard)
        self._going = asyncio.create_task(self._go_round()) if self._waiting else None

    async def _round(self, asked: dict[Question, list[asyncio.Future[Told]]]) -> None:
        try:
            told = await self._ask(list(asked))
        except BaseException as error:
            for one in (one for those in asked.values() for one in those if not one.done()):
                one.set_exception(error) if isinstance(error, Exception) else one.cancel()
            if not isinstance(error, Exception):
                raise
        else:
            for question, those in asked.items():
                for one in those:
                    if not one.done():
                        one.set_result(told[question])


class ActsTogether(Generic[Question, Told]):
    """Acts that come while others are written are written together, next, at most `MOST` by one statement.

    `write` answers each in their order. Where the database refuses, nothing of it was written, and each is written
    alone: what one of them fails at is its own. Where it does not answer, nobody knows what was written, and nothing is
    written again. A round waits, `EACH_WITHIN` for each of them at most, for those whom the last one has just answered.
    """

    def __init__(self, write: Callable[[list[Question]], Awaitable[Sequence[Told]]]) -> None:
        self._write = write
        self._together: Together[Question, Told | Exception] = Together(self._round, pause=EACH_WITHIN)

    async def told(self, act: Question) -> Told:
        """What became of it; raises what it failed at."""
        told = await self._together.told(act)
        if isinstance(told, Exception):
            raise told
        return told

    async def _round(self, acts: list[Question]) -> dict[Question, Told | Exception]:
        told: dict[Question, Told | Exception] = {}
        for first in range(0, len(acts), MOST):
            some = acts[first : first + MOST]
            told |= zip(some, await self._each(some), strict=True)
        return told

    async def _each(self, acts: list[Question]) -> Sequence[Told | Exception]:
        try:
            return await self._write(acts)
        except REFUSED as error:
            if len(acts) == 1:
                return [error]
        except Exception as error:
            return [error] * len(acts)
        return [told for (told,) in await asyncio.gather(*(self._each([one]) for one in acts))]
