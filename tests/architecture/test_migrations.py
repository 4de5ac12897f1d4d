"""The migrations make exactly the tables that the code describes, and can be taken back."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.constraints import Check

from tests import database

ROOT = Path(__file__).parents[2]
APPS = ("workshops", "booking")
FILES = sorted((ROOT / "piccolo_migrations").glob("*/*_*.py"))
CATALOGUE = """
SELECT 'column' AS kind, table_name || '.' || column_name AS name,
       concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default) AS is_
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conname NOT LIKE 'migration%'
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migration'
UNION ALL
SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2
"""

CHECKS = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'"


def migrations() -> list[str]:
    return [f"piccolo_migrations.{file.parent.name}.{file.stem}" for file in FILES if file.stem != "__init__"]


@pytest.fixture
def migrated():
    """The address of a database on which every migration has run."""
    name = f"migrations_{uuid4().hex[:12]}"
    yield database.clone(name)
    database.drop(name)


async def _catalogue(url: str) -> list[tuple[str, str, str]]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch(CATALOGUE)
    await connection.close()
    return [tuple(one) for one in found]


def take_back(url: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "piccolo.main", "migrations", "backwards", "all", "--auto_agree"],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DATABASE_URL": url, "PICCOLO_CONF": "booking.piccolo_conf"},
    )


def test_they_run_from_empty_and_backwards_and_forwards_again(migrated: str):
    first = asyncio.run(_catalogue(migrated))
    take_back(migrated)
    between = asyncio.run(_catalogue(migrated))
    database.migrate(migrated)
    again = asyncio.run(_catalogue(migrated))

    assert len(first) > 200
    assert between == []
    assert again == first


@pytest.mark.parametrize("app", APPS)
async def test_the_tables_of_the_code_need_no_further_migration(app: str):
    config = import_module(f"{app}.piccolo_app").APP_CONFIG
    needed = await AutoMigrationManager(auto_input="y").get_alter_statements(app_config=config)
    assert [statement for part in needed for statement in part.statements] == []


def test_their_numbers_are_unique_across_the_two_apps():
    # Piccolo deletes the record of a migration by its number alone: a shared one would undo the other app's too.
    numbers = Counter(import_module(name).ID for name in migrations())
    assert [number for number, times in numbers.items() if times > 1] == []


def test_their_file_names_are_unique_and_start_with_their_app():
    stems = [file.stem for file in FILES if file.stem != "__init__"]
    assert sorted(set(stems)) == sorted(stems)
    assert [file.stem for file in FILES if not file.stem.startswith((f"{file.parent.name}_", "__init__"))] == []


def test_a_migration_reads_no_live_table():
    live = [file.name for file in FILES if any(f"from {app}." in file.read_text() for app in ("booking",))]
    assert live == []
    assert [file.name for file in FILES if ".tables" in file.read_text()] == []


async def test_each_check_of_the_tables_is_the_one_that_the_database_holds(migrated: str):
    connection = await asyncpg.connect(migrated)
    held = dict(await connection.fetch(CHECKS))
    said = {}
    for table in (table for app in APPS for table in import_module(f"{app}.piccolo_app").APP_CONFIG.table_classes):
        for check in (one for one in table._meta.constraints if isinstance(one, Check)):
            name = check._meta.name
            # As PostgreSQL writes it back: under a name of its own, which goes with the transaction.
            again = connection.transaction()
            await again.start()
            await connection.execute(f"ALTER TABLE {table._meta.tablename} ADD CONSTRAINT said {check.ddl}")
            said[name] = await connection.fetchval(f"{CHECKS} AND conname = 'said'", column=1)
            await again.rollback()
    await connection.close()
    assert said == {name: held.get(name) for name in said}
