"""A site that is put back in another PostgreSQL, which numbers its transactions anew, is followed on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from booking.mails.webhooks.follow import ENDED
from booking.process.embedded.postgres import Postgres
from tests import database
from tests.command_line import data_folder, eventually, technilab

NOW = datetime.now(UTC)
WRITE = "INSERT INTO events (at, act, about_kind, about) VALUES ($1, 'slot_opened', 'slot', 1) RETURNING id"
READ = f"SELECT id FROM events WHERE (turn, id) > ($1, $2) AND turn < {ENDED} ORDER BY turn, id"
PLACE = "SELECT turn, id FROM events WHERE id = $1"


async def asked(url: str, sql: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


def run(url: str, sql: str, *arguments: object) -> list[asyncpg.Record]:
    return asyncio.run(asked(url, sql, *arguments))


@pytest.fixture
def home() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A PostgreSQL that has counted few transactions yet."""
    with data_folder() as folder:
        server = Postgres(folder, ephemeral=True)
        server.start()
        yield server.url()
        server.stop()


def test_what_came_is_told_and_what_is_done_there_comes_after_it(tmp_path: Path, home: Path, elsewhere: str) -> None:
    name = "followed_after_restore"
    url, file = database.clone(name), tmp_path / "site.backup"
    try:
        first, second = (run(url, WRITE, NOW)[0]["id"] for _ in range(2))
        turn, _ = run(url, PLACE, first)[0]
        technilab("backup", str(file), home=home, DATABASE_URL=url)
        lost = run(url, WRITE, NOW)[0]["id"]
    finally:
        database.drop(name)
    begins = run(elsewhere, "SELECT pg_current_xact_id()::text::bigint AS turn")[0]["turn"]
    assert begins < turn
    assert technilab("restore", str(file), home=home, DATABASE_URL=elsewhere).stderr == ""
    assert run(elsewhere, "SELECT max(turn) < event_turn(pg_current_xact_id()) AS behind FROM events")[0]["behind"]
    # Whoever had heard of the first goes on with the second.
    assert [one["id"] for one in run(elsewhere, READ, turn, first)] == [second]
    done = run(elsewhere, WRITE, NOW)[0]["id"]
    assert done == lost
    assert [one["id"] for one in run(elsewhere, READ, turn, first)] == [second, done]
    # Put back once more in its place, nothing is told before what was there.
    technilab("restore", "--replace", str(file), home=home, DATABASE_URL=elsewhere)
    after = run(elsewhere, WRITE, NOW)[0]["id"]
    assert [one["id"] for one in run(elsewhere, READ, turn, first)] == [second, after]


def test_a_dump_that_was_put_back_by_hand_is_carried_on_by_the_next_migration(home: Path) -> None:
    name = "followed_by_hand"
    url = database.clone(name)
    try:
        ahead = run(url, "SELECT event_turn(pg_current_xact_id()) + 1000000 AS turn")[0]["turn"]
        came = run(url, WRITE.replace("(at,", "(turn, at,").replace("($1,", f"({ahead}, $1,"), NOW)[0]["id"]
        assert run(url, READ, 0, 0) == []
        technilab("migrate", home=home, DATABASE_URL=url)
        done = run(url, WRITE, NOW)[0]["id"]
        # Read once nobody who began before is still at it, at whatever database of this server.
        eventually(lambda: [one["id"] for one in run(url, READ, 0, 0)] == [came, done], "one of them is not read")
    finally:
        database.drop(name)
