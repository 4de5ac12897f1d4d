"""The embedded engines: shared, stopped by the last user, and never in the way of the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking.process.embedded.programs import restrict_permissions
from tests.command_line import data_folder, processes_of, python

USER = """
import asyncio, os, sys
from pathlib import Path
import asyncpg
from redis import Redis
from booking.process.embedded.provide import provide
provide(Path(os.environ["DATA_DIR"]))

async def ask(question):
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    print(await connection.fetchval(question), Redis.from_url(os.environ["REDIS_URL"]).ping(), flush=True)
    await connection.close()

for line in sys.stdin:
    asyncio.run(ask(line))
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


def ask(user: subprocess.Popen[str], question: str) -> str:
    assert user.stdin is not None
    assert user.stdout is not None
    user.stdin.write(f"{question}\n")
    user.stdin.flush()
    return user.stdout.readline().strip()


def leave(user: subprocess.Popen[str]) -> int:
    user.communicate(timeout=60)
    return user.returncode


def test_two_users_share_the_engines_and_the_last_one_stops_them(home: Path) -> None:
    first, second = python(USER, home), python(USER, home)
    started = "SELECT pg_postmaster_start_time()"
    assert ask(first, started) == ask(second, started)
    assert leave(first) == 0
    assert ask(second, "SELECT 1") == "1 True"
    assert leave(second) == 0
    assert processes_of(home) == []


def test_the_data_is_there_at_the_next_start(home: Path) -> None:
    user = python(USER, home)
    ask(user, "CREATE TABLE kept AS SELECT 7 AS number")
    leave(user)
    later = python(USER, home)
    assert ask(later, "SELECT number FROM kept") == "7 True"
    leave(later)


def test_a_killed_user_leaves_its_engines_to_the_next_one(home: Path) -> None:
    killed = python(USER, home)
    ask(killed, "SELECT 1")
    killed.kill()
    killed.wait()
    later = python(USER, home)
    assert ask(later, "SELECT 1") == "1 True"
    leave(later)
    assert processes_of(home) == []


def test_a_power_cut_does_not_prevent_the_next_start(home: Path) -> None:
    user = python(USER, home)
    ask(user, "CREATE TABLE kept AS SELECT 7 AS number")
    for process in processes_of(home):
        process.send_signal(signal.SIGKILL)
    user.wait()
    noted = home / "postgres" / "postmaster.pid"
    # The number in the note now belongs to another living process, as it may after a restart of the machine.
    lines = noted.read_text().splitlines()
    noted.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    later = python(USER, home)
    assert ask(later, "SELECT number FROM kept") == "7 True"
    leave(later)


def test_a_first_start_that_was_interrupted_is_begun_again(home: Path) -> None:
    half_made = home / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")
    user = python(USER, home)
    assert ask(user, "SELECT current_database()") == "technilab True"
    leave(user)
    assert not half_made.exists()


def test_a_folder_deep_in_a_closed_one_works(home: Path) -> None:
    home.chmod(0o700)
    deep = home / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    user = python(USER, deep)
    assert ask(user, "SELECT 1") == "1 True"
    leave(user)
    assert processes_of(deep) == []


def test_nothing_is_started_for_who_brings_both_addresses(home: Path) -> None:
    told = {**os.environ, "DATABASE_URL": "postgresql://db.example/t", "REDIS_URL": "redis://q.example"}
    script = (
        f"from pathlib import Path; from booking.process.embedded.provide import provide; provide(Path({str(home)!r}))"
    )
    subprocess.run([sys.executable, "-c", script], env=told, check=True, timeout=60)
    assert list(home.iterdir()) == []


def test_what_was_typed_is_not_written_in_the_log_of_the_database(home: Path) -> None:
    user = python(USER, home)
    assert ask(user, "SELECT 1") == "1 True"
    twice = "CREATE TEMP TABLE t (n text UNIQUE); INSERT INTO t VALUES ('Zéphyrine'), ('Zéphyrine')"
    ask(user, f"DO $$ BEGIN {twice}; END $$")
    leave(user)
    told = (home / "postgres.log").read_text()
    assert ("duplicate key" in told, "phyrine" in told) == (True, False)


def test_the_folder_of_the_data_and_what_stands_in_it_are_nobody_else_s_to_read(home: Path) -> None:
    """Also where an older version had left them open."""
    mail = home / "mail"
    mail.mkdir(mode=0o755)
    letter = mail / "20270111T080000000000-x.eml"
    letter.write_text("Votre lien de connexion")
    for place, mode in ((home, 0o755), (mail, 0o755), (letter, 0o644)):
        place.chmod(mode)
    user = python(USER, home)
    assert ask(user, "SELECT 1") == "1 True"
    leave(user)
    assert {oct(place.stat().st_mode & 0o777) for place in (home, mail)} == {"0o700"}
    assert oct(letter.stat().st_mode & 0o777) == "0o600"


def test_a_folder_that_everybody_writes_in_is_left_as_it_is(home: Path) -> None:
    home.chmod(0o1777)
    restrict_permissions(home)
    assert oct(home.stat().st_mode & 0o7777) == "0o1777"
