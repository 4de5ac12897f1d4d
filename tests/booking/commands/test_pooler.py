"""PgBouncer in transaction mode: acts and pages pass through it as they are, and what needs a session is refused."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from booking.commands.restore import MARKER
from tests import database
from tests.command_line import ROOT, python, technilab
from tests.pooler import ABSENT, in_front_of

pytestmark = ABSENT
# Bookings, scans, lists; transactions rolled back, cancelled and killed; an act's own lock.
PASS = [
    *("tests/workshops/database/test_engine.py", "tests/booking/visits/reservations/test_book.py"),
    *("tests/booking/day/checkin/test_check_in.py", "tests/workshops/offer"),
    "tests/workshops/academie/test_install.py",
]
# The plans and the time of what reads a whole country are the server's, behind a pooler or not.
VAST = "no_wish or walks_the_index or however_many or 70_000 or same_file or neighbours or whole_country"
REFUSED = (
    "DATABASE_URL mène à un PgBouncer, qui change de session à chaque transaction : donnez dans MIGRATE_URL l'adresse"
    " de PostgreSQL lui-même.\n"
)


@pytest.fixture(scope="module")
def straight():
    yield database.clone("pooled")
    database.drop("pooled")


@pytest.fixture(scope="module")
def pooled(straight):
    with in_front_of(straight) as url:
        yield url


def test_what_is_tested_without_a_pooler_passes_through_one():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", f"not ({VAST})", *PASS],
        cwd=ROOT,
        env={name: told for name, told in os.environ.items() if not name.startswith("PYTEST")} | {"POOLED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_what_needs_a_session_is_refused_in_one_sentence_and_goes_straight_where_migrate_url_says(
    straight, pooled, home: Path, tmp_path: Path
):
    kept, other = tmp_path / "kept", tmp_path / "other"
    other.write_bytes(MARKER)
    asyncio.run(database.run(straight, "DROP DATABASE IF EXISTS unmade", "CREATE DATABASE unmade"))
    unmade = pooled.replace("/pooled", "/unmade")
    told = {"REDIS_URL": "redis://127.0.0.1:1", "home": home}
    for words, url in ((["migrate"], unmade), (["backup", str(kept)], pooled), (["restore", str(other)], pooled)):
        said = technilab(*words, DATABASE_URL=url, **told)
        assert (said.returncode, said.stderr) == (2, REFUSED), words
    assert not kept.exists()
    direct = straight.replace("/pooled", "/unmade")
    for words in (["migrate"], ["backup", str(kept)], ["restore", str(kept), "--replace"]):
        said = technilab(*words, DATABASE_URL=unmade, MIGRATE_URL=direct, **told)
        assert (said.returncode, said.stderr) == (0, ""), words


READER = """
import asyncio, sys
from workshops.database import DatabaseAway, open_pool, transaction, value
from booking import piccolo_conf

READ = "SELECT number FROM changed"

async def act():
    try:
        async with transaction():
            return type(await value(READ)).__name__
    except DatabaseAway:
        return "away"

async def read():
    return type(await value(READ)).__name__

async def main():
    async with open_pool(size=3):
        while line := await asyncio.to_thread(sys.stdin.readline):
            told = await asyncio.gather(*({"act": act, "read": read}[line.strip()]() for _ in range(20)))
            print(*sorted(set(told)), flush=True)

asyncio.run(main())
"""


async def new_servers(pooled: str) -> None:
    """The pooler lets each of its connections go as soon as nothing is asked on it."""
    door = await asyncpg.connect(pooled.replace("/pooled", "/pgbouncer"))
    await door.execute("RECONNECT")
    await door.close()


def test_a_table_that_changes_under_prepared_statements_costs_a_reader_nothing_and_an_act_one_try(
    straight, pooled, tmp_path
):
    asyncio.run(database.run(straight, "CREATE TABLE changed AS SELECT 7 AS number"))
    reader = python(READER, tmp_path, DATABASE_URL=pooled, DEMO="1")
    assert reader.stdin is not None
    assert reader.stdout is not None

    def told(what: str) -> str:
        reader.stdin.write(f"{what}\n")
        reader.stdin.flush()
        return reader.stdout.readline().strip()

    assert (told("read"), told("act")) == ("int", "int")
    for kind, shown in (("text", "str"), ("int", "int")):
        asyncio.run(database.run(straight, f"ALTER TABLE changed ALTER number TYPE {kind} USING number::{kind}"))
        assert [told("read"), told("read"), told("act")] == [shown, shown, shown]
    # Whoever is read from has not prepared it yet: no server says that the shape is another.
    asyncio.run(database.run(straight, "ALTER TABLE changed ALTER number TYPE text"))
    asyncio.run(new_servers(pooled))
    assert [told("read"), told("act")] == ["str", "str"]
    asyncio.run(
        database.run(
            straight,
            "ALTER TABLE changed ALTER number TYPE bigint USING number::bigint",
            "ALTER TABLE changed ALTER number TYPE text",
        )
    )
    assert told("act") in {"away", "away str", "str"}
    assert told("act") == "str"
    reader.stdin.close()
    assert reader.wait(timeout=60) == 0
