"""A connection that was just used serves the next statement, and is handed to nobody once it is not clean.

Acts that wait for each other: the one that PostgreSQL ends starts again, or says so in words.
"""

from __future__ import annotations

import asyncio
import os

import asyncpg
import pytest
from asyncpg.exceptions import DeadlockDetectedError, SerializationError

from workshops.database import rows, transaction, value
from workshops.database.pool import ConnectionPool
from workshops.database.retry import ConcurrentUpdate, retried

PID = "SELECT pg_backend_pid()"


@pytest.fixture
async def two(db):
    """A pool of two connections at most."""

    async def connect(_: None, **told):
        return await asyncpg.connect(os.environ["DATABASE_URL"], **told)

    pool = await ConnectionPool(connect=connect, min_size=0, max_size=2)
    yield pool
    await asyncio.wait_for(pool.close(), 5)


async def pid(pool: ConnectionPool) -> int:
    ((found,),) = await pool.fetch(PID)
    return found


async def test_one_statement_after_the_other_goes_by_the_same_connection_a_transaction_too(db):
    first = await value(PID)
    async with transaction():
        within = await value(PID)
    assert [within, await value(PID)] == [first, first]


async def test_a_hot_connection_is_anybodys_who_asks_and_counts_as_idle(two):
    at_hand = await pid(two)
    assert (two.get_size(), two.get_idle_size()) == (1, 1)
    async with two.acquire() as one:
        assert (await one.fetchval(PID), two.get_idle_size()) == (at_hand, 0)
        assert await pid(two) != at_hand
    assert two.get_size() == 2


async def test_many_wait_for_few_and_all_are_answered(two):
    answers = await asyncio.gather(*(two.fetch("SELECT $1::int, pg_sleep(0.01)", n) for n in range(20)))
    assert [found[0][0] for found in answers] == list(range(20))
    assert two.get_size() == 2


async def test_a_connection_that_its_server_has_ended_is_handed_to_nobody(two):
    ended = await pid(two)
    await value("SELECT pg_terminate_backend($1)", ended)
    await asyncio.sleep(0.1)
    assert await pid(two) not in {0, ended}


async def test_a_line_on_which_a_statement_failed_goes_on_in_order(two):
    before = await pid(two)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await two.fetch("SELECT 1 / 0")
    assert await pid(two) == before


async def test_an_act_that_is_left_open_is_ended_before_another_has_its_line(two):
    async with two.acquire() as one:
        await one.execute("BEGIN")
        assert not two.keeps(one)
    async with two.acquire() as next_one:
        assert not next_one.is_in_transaction()


async def test_once_they_are_worn_none_is_used_again(two):
    before = await pid(two)
    await two.expire_connections()
    assert await pid(two) != before
    assert await rows("SELECT 1") == [(1,)]


class Act:
    """An act that crosses another one some times before it is done."""

    def __init__(self, crossings: list[type[Exception]]) -> None:
        self.crossings = crossings
        self.begun = 0

    async def __call__(self) -> str:
        self.begun += 1
        if self.begun <= len(self.crossings):
            raise self.crossings[self.begun - 1]
        return "done"


async def test_an_act_that_was_ended_for_another_starts_again(db):
    act = Act([DeadlockDetectedError, SerializationError])
    assert (await retried(act.__call__)(), act.begun) == ("done", 3)


async def test_an_act_that_always_crosses_another_is_refused_in_words(db):
    act = Act([DeadlockDetectedError] * 9)
    with pytest.raises(ConcurrentUpdate) as no:
        await retried(act.__call__)()
    assert act.begun == 3
    assert no.value.sentence == (
        "Quelqu'un a changé les mêmes places au même moment. Rien n'a été enregistré : recommencez."
    )


async def test_inside_a_larger_act_only_the_whole_may_start_again(db):
    act = Act([DeadlockDetectedError])
    with pytest.raises(DeadlockDetectedError):
        async with transaction():
            await retried(act.__call__)()
    assert act.begun == 1
