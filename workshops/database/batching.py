"""Batching: requests that arrive while a batch is running go to the database together, in the next batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from typing import Generic, TypeAlias, TypeVar

from asyncpg.exceptions import DataError, DeadlockDetectedError, IntegrityConstraintViolationError, SerializationError

from workshops.database.engine import current_engine, pool_to_read
from workshops.database.outage import DatabaseAway
from workshops.database.pool import ConnectionPool

Request = TypeVar("Request", bound=Hashable)
Result = TypeVar("Result")
# Seconds after which the next batch no longer waits for the running one: the lock or the server that holds that one up
# need not hold up the others.
BATCH_TIMEOUT = 0.1
# Writes in one statement: all that wait share what its commit costs (a pooler, a balancer, a standby's disk). Beyond so
# many that is next to nothing, and the statement itself takes longer than BATCH_TIMEOUT.
BATCH_SIZE = 128
# Seconds for which a batch of writes lingers for each client that the previous one has just answered: the time to send
# that answer, receive the client's next request and authenticate it. With less, a client that comes too late is written
# alone, batch after batch.
LINGER_PER_CLIENT = 0.001
# Clients that are lingered for: where so many wait already, the time of those who are still to come is not theirs.
LINGERS_FOR = 8
# Seconds for which a request waits for its batch: the statement itself goes on, and who comes back finds what it wrote.
ANSWERED_WITHIN = 5.0
# Errors by which the database refuses a statement as a whole.
REFUSED = (IntegrityConstraintViolationError, DataError, DeadlockDetectedError, SerializationError)

Run: TypeAlias = Callable[[list[Request]], Awaitable[Mapping[Request, Result]]]


class Batcher(Generic[Request, Result]):
    """Runs many requests by one call, batch after batch, on the server that each of them is meant for.

    A batch starts after the last of its requests arrived: no result is older than its request. A batch that is held up
    does not hold up later requests.
    """

    def __init__(self, run: Run[Request, Result], *, linger: float = 0.0) -> None:
        self._run = run
        self._linger = linger
        self._queues: dict[ConnectionPool, _BatchQueue[Request, Result]] = {}

    async def submit(self, request: Request) -> Result:
        """The result; a transaction or a snapshot runs its own request alone. Raises what its batch raised."""
        engine = current_engine()
        pool = pool_to_read(engine)
        if pool is None or engine.transaction_exists():
            return (await self._run([request]))[request]
        if pool not in self._queues:
            self._queues = {known: queue for known, queue in self._queues.items() if not known.is_closing()}
            self._queues[pool] = _BatchQueue(self._run, self._linger)
        return await self._queues[pool].submit(request)


class _BatchQueue(Generic[Request, Result]):
    def __init__(self, run: Run[Request, Result], linger: float) -> None:
        self._run = run
        self._linger = linger
        self._pending: dict[Request, list[asyncio.Future[Result]]] = {}
        self._expected, self._linger_until, self._all_arrived = 0, 0.0, asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._held_up: set[asyncio.Task[None]] = set()

    async def submit(self, request: Request) -> Result:
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._pending.setdefault(request, []).append(result)
        if len(self._pending) >= self._expected:
            self._all_arrived.set()
        if self._runner is None:
            self._runner = asyncio.create_task(self._run_batches())
        late = asyncio.get_running_loop().call_later(ANSWERED_WITHIN, _answer_late, result)
        try:
            return await result
        finally:
            late.cancel()

    async def _run_batches(self) -> None:
        me, loop = asyncio.current_task(), asyncio.get_running_loop()
        try:
            while self._pending and self._runner is me:
                await self._wait_for_more()
                batch, self._pending = self._pending, {}
                timeout = loop.call_later(BATCH_TIMEOUT, self._start_another_runner)
                try:
                    await self._run_batch(batch)
                finally:
                    timeout.cancel()
                self._expected = min(LINGERS_FOR, len(self._pending) + len(batch))
                self._linger_until = loop.time() + self._linger * self._expected
        finally:
            if self._runner is me:
                self._runner = None

    async def _wait_for_more(self) -> None:
        """Linger for the clients that the previous batch has just answered: a busy client sends its next request."""
        left = self._linger_until - asyncio.get_running_loop().time()
        if left > 0 and len(self._pending) < self._expected:
            self._all_arrived.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._all_arrived.wait()

    def _start_another_runner(self) -> None:
        if self._runner is not None:
            self._held_up.add(self._runner)
            self._runner.add_done_callback(self._held_up.discard)
        self._runner = asyncio.create_task(self._run_batches()) if self._pending else None

    async def _run_batch(self, batch: dict[Request, list[asyncio.Future[Result]]]) -> None:
        try:
            results = await self._run(list(batch))
        except BaseException as error:
            for future in (future for futures in batch.values() for future in futures if not future.done()):
                future.set_exception(error) if isinstance(error, Exception) else future.cancel()
            if not isinstance(error, Exception):
                raise
        else:
            for request, futures in batch.items():
                for future in futures:
                    if not future.done():
                        future.set_result(results[request])


def _answer_late(result: asyncio.Future[Result]) -> None:
    if not result.done():
        result.set_exception(DatabaseAway("the batch was not answered in time"))


async def written_or_halved(
    write: Callable[[list[Request]], Awaitable[Sequence[Result]]], requests: list[Request]
) -> list[Result | Exception]:
    """One result per request, in their order, its own failure in the place of one.

    Where the database has refused a batch, nothing of it was written, and each half is written in its turn, down to
    the request that is refused alone: among some hundred, it costs a dozen statements more. Where the database does not
    answer, nobody knows what was written: that is everybody's failure, and nothing is written again.
    """
    try:
        return list(await write(requests))
    except REFUSED as error:
        if len(requests) == 1:
            return [error]
    except Exception as error:
        return [error] * len(requests)
    middle = (len(requests) + 1) // 2
    first = await written_or_halved(write, requests[:middle])
    return first + await written_or_halved(write, requests[middle:])


class WriteBatcher(Generic[Request, Result]):
    """Writes that arrive while a batch is running are written together, next, at most `BATCH_SIZE` by one statement.

    `write` returns one result per request, in their order. Where the database refuses a batch, it is halved until each
    failure is individual. Where the database does not answer, nobody knows what was written, and nothing is retried. A
    batch lingers for the clients that the previous one has just answered, `LINGER_PER_CLIENT` for each, and for
    `LINGERS_FOR` of them at most.
    """

    def __init__(self, write: Callable[[list[Request]], Awaitable[Sequence[Result]]]) -> None:
        self._write = write
        self._batcher: Batcher[Request, Result | Exception] = Batcher(self._write_batch, linger=LINGER_PER_CLIENT)

    async def submit(self, request: Request) -> Result:
        """The result of this request; raises its own failure."""
        result = await self._batcher.submit(request)
        if isinstance(result, Exception):
            raise result
        return result

    async def _write_batch(self, requests: list[Request]) -> dict[Request, Result | Exception]:
        results: dict[Request, Result | Exception] = {}
        for first in range(0, len(requests), BATCH_SIZE):
            statement = requests[first : first + BATCH_SIZE]
            results |= zip(statement, await written_or_halved(self._write, statement), strict=True)
        return results
