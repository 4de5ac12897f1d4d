"""Tables change while people read and write them: nobody waits for a migration for more than a moment."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from booking.commands.migrate import BETWEEN_TRIES, TRIES
from tests import database
from tests.command_line import PATIENCE, ROOT, environ

PLANTED = """from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import {how}

ID = "2098-01-01T00:00:00:0099{number}"
VERSION = "1.38.0"
DESCRIPTION = "Planted"


async def forwards() -> MigrationManager:
    return {how}("workshops", ID, DESCRIPTION, [{sql!r}])
"""
INDEX = "CREATE INDEX rooms_planted ON rooms (name)"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('rooms_planted')"
ROOMS = "SELECT count(*) FROM rooms"


@pytest.fixture
def url() -> Iterator[str]:
    name = f"while_serving_{uuid4().hex[:12]}"
    yield database.clone(name)
    database.drop(name)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """This version, whose migrations may become more."""
    for one in ("booking", "workshops", "templates"):
        (tmp_path / one).symlink_to(ROOT / one)
    for app in ("booking", "workshops"):
        (tmp_path / "piccolo_migrations" / app).mkdir(parents=True)
        for file in (ROOT / "piccolo_migrations" / app).glob("*.py"):
            (tmp_path / "piccolo_migrations" / app / file.name).symlink_to(file)
    return tmp_path


@pytest.fixture
def migrate(tree: Path, url: str) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts `technilab migrate` of that version."""
    begun: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        told = environ(tree / "var", DATABASE_URL=url) | {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
        words = [sys.executable, "-m", "booking", "migrate"]
        pipe = subprocess.PIPE
        begun.append(subprocess.Popen(words, cwd=tree, env=told, stdout=pipe, stderr=pipe, text=True))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()
        one.wait()


def plant(tree: Path, sql: str | tuple[str, str], *, how: str = "steps", number: int = 1) -> None:
    file = tree / "piccolo_migrations" / "workshops" / f"workshops_99{number:02}_planted.py"
    file.write_text(PLANTED.format(how=how, number=f"{number:02}", sql=sql))


@asynccontextmanager
async def somebody(url: str, *does: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody whose transaction goes on until the block ends."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for one in does:
                await connection.execute(one)
            yield connection
    finally:
        await connection.close()


async def said(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = await asyncio.to_thread(process.communicate, timeout=PATIENCE)
    return process.returncode, out.strip(), err.strip()


DONE = (0, "1 étape appliquée : les tables sont à jour.", "")
NEW_COLUMN = ("ALTER TABLE rooms ADD COLUMN lift int", "ALTER TABLE rooms DROP COLUMN lift")


async def test_readers_pass_while_a_migration_waits_for_a_table_that_somebody_holds(tree, url, migrate) -> None:
    plant(tree, NEW_COLUMN)
    async with somebody(url, ROOMS):
        begun = migrate()
        waited, ends = [], time.monotonic() + 10
        while time.monotonic() < ends:
            began = time.monotonic()
            async with somebody(url, ROOMS):
                waited.append(time.monotonic() - began)
            await asyncio.sleep(0.05)
        assert begun.poll() is None
    assert await said(begun) == DONE
    # Some met it at the table, and none for longer than it asks.
    assert 0.3 < max(waited) < 3.5


async def test_one_that_gets_no_table_says_so_and_has_changed_nothing(tree, url, migrate, monkeypatch) -> None:
    plant(tree, NEW_COLUMN)
    few = tree / "sitecustomize.py"
    few.write_text("import booking.commands.migrate as m\nm.TRIES, m.BETWEEN_TRIES = 1, 0.1\n")
    assert pytest.approx(120) == TRIES * (BETWEEN_TRIES + 3)
    monkeypatch.setenv("PYTHONPATH", str(tree))
    async with somebody(url, ROOMS) as holder:
        told = environ(tree / "var", DATABASE_URL=url) | {"PYTHONPATH": str(tree)}
        words = [sys.executable, "-m", "booking", "migrate"]
        ran = await asyncio.to_thread(
            subprocess.run, words, cwd=tree, env=told, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert await holder.fetchval("SELECT to_regclass('rooms') IS NOT NULL")
    assert (ran.returncode, ran.stderr) == (
        2,
        "La migration 2098-01-01T00:00:00:009901 attend depuis deux minutes une table qu'un autre programme tient :"
        " arrêtez ce qui dure (une sauvegarde, une longue requête), puis recommencez. Elle n'a rien changé.\n",
    )


async def test_an_index_that_was_cut_short_is_made_anew_while_others_write(tree, url, migrate) -> None:
    plant(tree, INDEX, how="indexes")
    look = await asyncpg.connect(url)
    async with somebody(url, "LOCK rooms IN ROW EXCLUSIVE MODE"):
        cut = migrate()
        while await look.fetchval(VALID) is None:
            assert cut.poll() is None
            await asyncio.sleep(0.05)
        # Nobody waits for it: neither who writes nor who reads.
        async with asyncio.timeout(1):
            async with somebody(url, "LOCK rooms IN ROW EXCLUSIVE MODE", ROOMS):
                pass
        cut.kill()
        cut.wait()
        await look.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE 'CREATE INDEX CONCURRENTLY%'"
        )
    assert await look.fetchval(VALID) is False
    assert await said(migrate()) == DONE
    assert await look.fetchval(VALID) is True
    await look.close()


async def test_an_index_that_was_made_before_its_step_was_written_down_is_not_made_twice(tree, url, migrate) -> None:
    plant(tree, INDEX, how="indexes")
    await database.run(url, INDEX)
    assert await said(migrate()) == DONE


async def test_two_machines_that_migrate_at_once_do_not_wait_for_each_other_for_ever(tree, url, migrate) -> None:
    plant(tree, INDEX, how="indexes")
    async with somebody(url, "LOCK rooms IN ROW EXCLUSIVE MODE"):
        both = [migrate(), migrate()]
        await asyncio.sleep(4)
    ends = await asyncio.gather(*map(said, both))
    assert sorted(ends) == sorted([DONE, (0, "0 étape appliquée : les tables sont à jour.", "")])
