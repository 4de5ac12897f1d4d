"""A connection that was just used serves the next statement, and is handed to nobody once it is not clean."""

from __future__ import annotations

import asyncio
import os

import asyncpg
import pytest

from workshops.database import rows, transaction, value
from workshops.database.pool import ConnectionPool

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
