"""The copies of a cluster: made by whoever leads, heard of when they are not, put back beside on a database machine."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests import database
from tests.command_line import ROOT, data_folder, environ, technilab
from tests.deploy.repository import AS, Repository, repository, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
ASKED = "SELECT act, way, kept_days, done_at IS NOT NULL, failure FROM copies ORDER BY act"


@pytest.fixture(scope="module")
def copied() -> Iterator[Repository]:
    """A base with our tables whose copies go to a repository."""
    with repository() as here:
        database.load(here.url)
        yield here


def info(here: Repository) -> list[str]:
    told = json.loads(here.pgbackrest("info", "--output=json"))
    return [one["type"] for one in told[0]["backup"]]


def test_the_first_night_copies_all_and_the_next_what_has_changed(copied: Repository) -> None:
    said = [copied.copied() for _ in range(2)]
    assert [(one.returncode, one.stderr) for one in said] == [(0, ""), (0, "")]
    assert re.fullmatch(r"Copie complète faite en \d+ s\.\n", said[0].stdout)
    assert re.fullmatch(r"Copie de ce qui a changé faite en \d+ s\.\n", said[1].stdout)
    assert info(copied) == ["full", "diff"]
    assert copied.psql(ASKED) == "copy|pgbackrest|22|t|"
    assert copied.psql("SELECT done_at > now() - interval '1 minute' FROM copies") == "t"


def test_nothing_of_what_is_copied_can_be_read_in_the_repository(copied: Repository) -> None:
    copied.psql("INSERT INTO accounts (email, name) VALUES ('ada.lovelace@ac-besancon.fr', 'Ada Lovelace')")
    copied.psql("SELECT pg_switch_wal()")
    assert copied.copied().returncode == 0
    grep = ["grep", "--recursive", "--files-with-matches", "--text", "-e", "Lovelace", "-e", "technilab"]
    assert subprocess.run([*grep, copied.copies], capture_output=True, text=True, check=False).stdout == ""
    assert "cipher: aes-256-cbc" in copied.pgbackrest("info")


RUNS = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"


@pytest.fixture(scope="module")
def python() -> str:
    """A Python that PostgreSQL's account may run, as it may where Technilab is installed: root's own lies in a home."""
    for one in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        with suppress(FileNotFoundError):
            if subprocess.run([*AS, one, "-c", RUNS], capture_output=True, cwd="/", check=False).returncode == 0:
                return one
    pytest.skip("no Python of this version here that the account postgres may run")


def rehearse(here: Repository, home: Path, python: str) -> subprocess.CompletedProcess[str]:
    """As PostgreSQL's own account does, on a database machine."""
    ours = os.pathsep.join((str(ROOT), sysconfig.get_path("purelib")))
    told = environ(home, DATABASE_URL=here.url, PATH="/usr/bin:/bin", PYTHONPATH=ours)
    words = [python, "-m", "booking", "rehearse-restore", "--pgbackrest", str(here.conf)]
    return subprocess.run([*AS, *words], env=told, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def home() -> Iterator[Path]:
    with data_folder() as folder:
        folder.chmod(0o700)
        if AS:
            shutil.chown(folder, "postgres", "postgres")
        yield folder


def test_the_last_copy_is_put_back_beside_with_what_was_written_since(
    copied: Repository, home: Path, python: str
) -> None:
    assert copied.copied().returncode == 0
    copied.psql("UPDATE accounts SET name = 'Written since'; SELECT pg_switch_wal()")
    wal = copied.psql("SELECT pg_current_wal_lsn()")
    said = rehearse(copied, home, python)
    assert (said.returncode, said.stderr) == (0, ""), said.stderr
    assert re.fullmatch(
        r"La copie \d{8}-\d{6}F(_\d{8}-\d{6}D)?, qui a 0 min, se remet en place en \d+ s : la base et ce qui y a été"
        r" écrit depuis\.\n",
        said.stdout,
    )
    assert copied.psql(ASKED).splitlines()[1] == "rehearsal|pgbackrest|0|t|"
    assert wal <= copied.psql("SELECT pg_current_wal_lsn()")
    assert [one.name for one in home.iterdir() if one.name.startswith("restore-")] == []
    assert "err" not in copied.pgbackrest("check")


def test_a_rehearsal_that_fails_is_kept_where_it_is_watched(copied: Repository, home: Path, python: str) -> None:
    assert copied.copied().returncode == 0
    latest = sorted((copied.copies / "backup" / "technilab").glob("2*F*"))[-1]
    away = latest.with_name("away")
    latest.rename(away)
    try:
        said = rehearse(copied, home, python)
    finally:
        away.rename(latest)
    assert said.returncode == 2
    assert said.stderr.startswith("pgBackRest ne remet pas la copie en place : "), said.stderr
    assert "pgBackRest ne remet pas la copie en place" in copied.psql(ASKED).splitlines()[1]
    told = asyncio.run(asked(copied, home))
    assert [one for one in told if one.startswith("NON  Répétition : échec il y a 0 min : pgBackRest ne remet")]
    assert rehearse(copied, home, python).returncode == 0


async def asked(here: Repository, home: Path) -> list[str]:
    said = await asyncio.to_thread(technilab, "check", home=home, DATABASE_URL=here.url, REDIS_URL="none", DEMO="1")
    return said.stdout.splitlines()


def test_root_is_told_who_should_rehearse(copied: Repository, home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("not root here")
    refused = technilab("rehearse-restore", "--pgbackrest", str(copied.conf), home=home, DATABASE_URL=copied.url)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("PostgreSQL refuse d'être root : lancez cette commande par son compte (runuser")


def test_a_copy_that_fails_is_a_failed_unit_and_is_heard_of(copied: Repository) -> None:
    away = copied.copies.with_name("away")
    copied.copies.rename(away)
    try:
        said = copied.copied()
    finally:
        away.rename(copied.copies)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("/usr/bin/pgbackrest : "), said.stderr
    assert copied.psql("SELECT failed_at > done_at, failure FROM copies WHERE act = 'copy'").startswith("t|/usr/bin")
    assert copied.copied().returncode == 0
    assert copied.psql("SELECT failed_at > done_at FROM copies WHERE act = 'copy'") == "f"


def test_a_copy_of_which_nobody_could_be_told_is_a_failed_unit_too(copied: Repository) -> None:
    copied.psql("ALTER TABLE copies RENAME TO gone")
    said = copied.copied()
    copied.psql("ALTER TABLE gone RENAME TO copies")
    assert said.returncode == 1 and 'relation "copies" does not exist' in said.stderr


def test_a_machine_that_follows_copies_nothing(copied: Repository, tmp_path: Path) -> None:
    before = copied.pgbackrest("info")
    copied.control("stop")
    copied.run("touch", str(copied.data / "standby.signal"))
    copied.control("start")
    try:
        said = copied.copied()
    finally:
        copied.control("stop")
        (copied.data / "standby.signal").unlink()
        copied.control("start")
    assert (said.returncode, said.stdout) == (0, "Une autre machine mène : c'est elle qui fait la copie.\n")
    assert copied.pgbackrest("info") == before


def test_a_machine_whose_database_is_away_says_so(copied: Repository) -> None:
    copied.control("stop")
    try:
        said = copied.copied()
    finally:
        copied.control("start")
    assert (said.returncode, said.stdout) == (1, "") and said.stderr.startswith("/usr/bin/psql : ")
