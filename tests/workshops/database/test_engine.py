"""Whatever goes wrong in a transaction, its connection comes back: 20 queries then pass through a pool of 3."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack

import pytest
from asyncpg.exceptions import (
    DataError,
    ForeignKeyViolationError,
    InterfaceError,
    InternalClientError,
    PostgresError,
    SerializationError,
    UndefinedColumnError,
    UniqueViolationError,
)

from tests.database import owning
from tests.statements import statements_of
from workshops.catalogue.tables import TechObject
from workshops.database import DatabaseAway, engine_for, pool, rows, savepoint, transaction, value

BROKEN = (PostgresError, InterfaceError, InternalClientError, OSError)


@pytest.fixture
async def three(db):
    """An engine with a pool of three connections, and a table of numbers whose parents are checked at COMMIT only."""
    engine = engine_for(owning(os.environ["DATABASE_URL"]))
    await engine.start_connection_pool(min_size=3, max_size=3)
    await engine.pool.execute("""
        CREATE TABLE numbers (id int PRIMARY KEY, parent int REFERENCES numbers (id) DEFERRABLE INITIALLY DEFERRED)
    """)
    yield engine
    await engine.pool.execute("DROP TABLE numbers")
    await asyncio.wait_for(engine.close_connection_pool(), 5)


async def run_20_queries(engine):
    assert engine.current_transaction.get() is None
    answers = await asyncio.wait_for(
        asyncio.gather(*(engine.pool.fetchval("SELECT $1::int", number) for number in range(20))), 5
    )
    assert answers == list(range(20))


async def numbers(engine):
    return [one["id"] for one in await engine.pool.fetch("SELECT id FROM numbers ORDER BY id")]


async def test_a_commit_refused_by_a_deferred_constraint_gives_its_connection_back(three):
    for _ in range(5):
        with pytest.raises(ForeignKeyViolationError):
            async with three.transaction() as current:
                await current.connection.execute("INSERT INTO numbers VALUES (1, 99)")

    await run_20_queries(three)
    assert await numbers(three) == []


async def test_a_serialization_failure_gives_its_connection_back(three):
    await three.pool.execute("INSERT INTO numbers VALUES (1)")
    both_have_read = asyncio.Barrier(2)

    async def count_and_add(number):
        async with three.transaction() as current:
            await current.connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            await current.connection.fetchval("SELECT count(*) FROM numbers")
            await both_have_read.wait()
            await current.connection.execute("INSERT INTO numbers VALUES ($1)", number)
            await both_have_read.wait()

    for attempt in range(5):
        both = (count_and_add(number) for number in (10 * attempt + 2, 10 * attempt + 3))
        ends = await asyncio.wait_for(asyncio.gather(*both, return_exceptions=True), 30)
        assert sorted(type(end) for end in ends if end is not None) == [SerializationError]

    await run_20_queries(three)
    assert len(await numbers(three)) == 6


async def sleeping(three, number=7):
    """A task that is inside a transaction, its statement under way."""
    started = asyncio.Event()

    async def sleep():
        async with three.transaction() as current:
            await current.connection.execute("INSERT INTO numbers VALUES ($1)", number)
            started.set()
            await current.connection.execute("SELECT pg_sleep(1)")

    task = asyncio.create_task(sleep())
    await started.wait()
    await asyncio.sleep(0.02)
    return task


async def test_a_cancelled_task_gives_its_connection_back(three):
    for _ in range(5):
        task = await sleeping(three)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    await run_20_queries(three)
    assert await numbers(three) == []


@pytest.mark.parametrize("pause", [0, 0.0005, 0.002])
async def test_a_task_cancelled_again_during_its_rollback_gives_its_connection_back(three, pause):
    for number in range(5):
        task = await sleeping(three, number)
        task.cancel()
        for _ in range(4):
            await asyncio.sleep(pause)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    await run_20_queries(three)
    assert await numbers(three) == []


async def test_a_gather_that_fails_inside_gives_its_connection_back(three):
    async def fails():
        await asyncio.sleep(0.01)
        raise ValueError("one of the two")

    for _ in range(5):
        with pytest.raises(ValueError, match="one of the two"):
            async with three.transaction() as current:
                await current.connection.execute("INSERT INTO numbers VALUES (7)")
                await asyncio.gather(current.connection.execute("SELECT pg_sleep(0.2)"), fails())

    await run_20_queries(three)
    assert await numbers(three) == []


async def test_a_killed_backend_gives_its_place_back(three):
    for _ in range(5):
        with pytest.raises(BROKEN):
            async with three.transaction() as current:
                backend = await current.connection.fetchval("SELECT pg_backend_pid()")
                await three.pool.execute("SELECT pg_terminate_backend($1)", backend)
                await current.connection.execute("INSERT INTO numbers VALUES (7)")

    await run_20_queries(three)
    assert await numbers(three) == []


async def test_a_backend_killed_just_before_commit_gives_its_place_back(three):
    for _ in range(5):
        with pytest.raises(BROKEN):
            async with three.transaction() as current:
                await current.connection.execute("INSERT INTO numbers VALUES (7)")
                backend = await current.connection.fetchval("SELECT pg_backend_pid()")
                await three.pool.execute("SELECT pg_terminate_backend($1)", backend)

    await run_20_queries(three)
    assert await numbers(three) == []


async def test_a_nested_failure_undoes_the_whole_act_and_gives_its_connection_back(three):
    for _ in range(5):
        with pytest.raises(UniqueViolationError):
            async with three.transaction() as outer:
                await outer.connection.execute("INSERT INTO numbers VALUES (1)")
                async with three.transaction() as inner:
                    assert inner is outer
                    await inner.connection.execute("INSERT INTO numbers VALUES (1)")

    await run_20_queries(three)
    assert await numbers(three) == []


async def test_a_savepoint_undoes_its_own_part_alone(db):
    async with transaction():
        await rows("INSERT INTO tech_objects (name, summary, minutes, example) VALUES ('lampe', '', 60, false)")
        with pytest.raises(UniqueViolationError):
            async with savepoint():
                await rows("INSERT INTO tech_objects (name, summary, minutes, example) VALUES ('dé', '', 60, false)")
                await rows("INSERT INTO tech_objects (name, summary, minutes, example) VALUES ('dé', '', 60, false)")

    assert [one["name"] for one in await rows("SELECT name FROM tech_objects")] == ["lampe"]


async def test_a_savepoint_without_a_transaction_is_refused(db):
    with pytest.raises(RuntimeError, match="a savepoint needs a transaction around it"):
        async with savepoint():
            pass


async def test_reads_inside_a_transaction_see_what_it_wrote_and_others_do_not(db):
    written = asyncio.Event()
    seen = asyncio.Event()

    async def write():
        async with transaction():
            await rows("INSERT INTO tech_objects (name, summary, minutes, example) VALUES ('lampe', '', 60, false)")
            written.set()
            await seen.wait()
            return await value("SELECT count(*) FROM tech_objects")

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        writing = group.create_task(write())
        await written.wait()
        assert await value("SELECT count(*) FROM tech_objects") == 0
        seen.set()
    assert writing.result() == 1
    assert await value("SELECT count(*) FROM tech_objects") == 1


async def test_what_the_builder_writes_is_part_of_our_transaction_and_is_counted_among_its_statements(db):
    lamp = TechObject(name="lampe", summary="", minutes=60)

    async def write():
        async with transaction():
            await TechObject.insert(lamp)
            async with savepoint():
                await TechObject.update({TechObject.minutes: 90}).where(TechObject.name == "lampe")
            assert await value("SELECT minutes FROM tech_objects") == 90
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await write()
    assert await TechObject.count() == 0
    sent = await statements_of(lambda: TechObject.exists().where(TechObject.name == "lampe").run())
    assert [one.split('"')[0].strip() for one in sent] == ["SELECT EXISTS(SELECT ALL"]


async def test_what_the_builder_asks_of_a_database_that_is_away_says_so(db, monkeypatch):
    monkeypatch.setattr(pool, "ACQUIRE_TIMEOUT", 0.2)
    async with AsyncExitStack() as taken:
        for _ in range(12):
            await taken.enter_async_context(db.pool.acquire())
        with pytest.raises(DatabaseAway):
            await TechObject.count()


async def test_a_request_does_not_wait_for_ever_for_a_connection_and_the_next_one_is_served(db, monkeypatch):
    monkeypatch.setattr(pool, "ACQUIRE_TIMEOUT", 0.2)
    async with AsyncExitStack() as taken:
        for _ in range(12):
            await taken.enter_async_context(db.pool.acquire())
        with pytest.raises(DatabaseAway):
            await value("SELECT 1")
        with pytest.raises(DatabaseAway):
            async with transaction():
                pass
    assert await value("SELECT 1") == 1


async def test_a_killed_backend_is_a_database_that_is_away_and_a_wrong_statement_is_not(db):
    with pytest.raises(DatabaseAway):
        async with transaction():
            await rows("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(UndefinedColumnError):
        await rows("SELECT nothing")
    with pytest.raises(DataError):
        await rows("SELECT $1::int", "one")


@pytest.mark.parametrize("killed", ["before it", "within it"])
async def test_a_backend_killed_around_a_savepoint_is_a_database_that_is_away(db, killed):
    async def kill(backend):
        await db.pool.execute("SELECT pg_terminate_backend($1)", backend)

    with pytest.raises(DatabaseAway):
        async with transaction():
            backend = await value("SELECT pg_backend_pid()")
            if killed == "before it":
                await kill(backend)
            async with savepoint():
                await kill(backend)


async def test_a_full_disk_is_a_database_that_is_away(db):
    with pytest.raises(DatabaseAway):
        await rows("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
