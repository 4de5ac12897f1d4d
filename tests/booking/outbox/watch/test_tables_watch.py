"""A process looks at its tables each second: those of another PostgreSQL or version do not serve."""

from __future__ import annotations

import asyncio

import pytest

from booking.outbox.watch import tables_watch
from booking.outbox.watch.queries import tables_serve
from booking.outbox.watch.tables_watch import TablesWatch
from booking.process.postponable import postponable
from tests.owner import by_owner
from tests.statements import statements_of
from workshops.database import current_engine
from workshops.database.hosts import Hosts

AHEAD = """INSERT INTO events (at, act, about_kind, about, turn)
SELECT now(), 'slot_opened', 'slot', 1, event_turn(pg_current_xact_id()) + 1000000000"""


async def test_tables_that_came_from_a_postgresql_that_had_counted_further_do_not_serve(db):
    assert await tables_serve()
    await by_owner("INSERT INTO events (at, act, about_kind, about) VALUES (now(), 'slot_opened', 'slot', 1)")
    assert await tables_serve()
    await by_owner(AHEAD)
    assert not await tables_serve()


async def test_a_database_that_is_away_tells_nothing_of_its_tables(db, monkeypatch):
    away = Hosts("postgresql://127.0.0.1:1/technilab")
    monkeypatch.setattr(current_engine(), "pool", None)
    monkeypatch.setattr(current_engine(), "hosts", away)
    for before in (True, False):
        watch = TablesWatch()
        watch.serve = before
        await watch.look()
        assert watch.serve is before


async def test_a_look_is_one_statement_each_second_for_as_long_as_the_process_serves(db, monkeypatch):
    monkeypatch.setattr(tables_watch, "LOOK_SECONDS", 0.05)
    watch = TablesWatch()

    async def serve() -> None:
        async with watch.looking():
            await by_owner(AHEAD)
            async with asyncio.timeout(60):
                while watch.serve:  # noqa: ASYNC110 - it looks by its own clock
                    await asyncio.sleep(0.01)

    looks = [one for one in await statements_of(serve) if "event_turn" in one]
    assert looks
    assert {one.count("SELECT ARRAY(SELECT m.name") for one in looks} == {1}
    assert await statements_of(lambda: asyncio.sleep(0.2)) == []


async def test_a_worker_does_nothing_on_tables_that_do_not_serve_and_goes_on_once_they_do():
    watch, done = TablesWatch(), []

    @postponable
    async def send(ctx: dict[str, object]) -> None:
        done.append(watch.serve)

    for serve in (True, False, True):
        watch.serve = serve
        await send({"tables": watch})
    assert done == [True, True]


@pytest.mark.parametrize("missing", ["events", "migration"])
async def test_tables_that_are_not_there_do_not_serve(db, missing):
    await by_owner(f"ALTER TABLE {missing} RENAME TO elsewhere")
    try:
        assert not await tables_serve()
    finally:
        await by_owner(f"ALTER TABLE elsewhere RENAME TO {missing}")
    assert await tables_serve()
