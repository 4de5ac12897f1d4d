"""technilab upgrade: a copy first, the new steps on the copy, then on the base; what is in the way is said before."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from booking.process.embedded.postgres import DATABASE, Postgres
from booking.process.embedded.programs import MAJOR, grant_access, launch, owner_of
from booking.process.version import VERSION
from tests import database
from tests.command_line import data_folder, technilab
from tests.upgrade import kept

LEFT = (
    f"Sur chaque machine, l'une après l'autre : deploy/release.sh use {VERSION}, puis relancez technilab-web et"
    " technilab-worker ; technilab check --web dit quand passer à la suivante."
)


@pytest.fixture
def home() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


@pytest.fixture
def old() -> Iterator[str]:
    """A base as it was kept on 29 November 2026."""
    name = f"upgrade_{uuid4().hex[:12]}"
    url = database.empty(name)
    kept.load(url)
    yield url
    database.drop(name)


def test_data_of_before_are_kept_tried_on_a_copy_and_brought_up_to_date(old: str, home: Path) -> None:
    told = technilab("upgrade", home=home, DATABASE_URL=old)
    assert (told.returncode, told.stderr) == (0, "")
    copied, tried, done, left = told.stdout.splitlines()
    (file,) = (home / "mises-a-jour").iterdir()
    assert copied == f"La base et les photos sont gardées dans {file}."
    assert re.fullmatch(r"Sur une copie, la sauvegarde se remet en place et (\d+) étapes passent \(\d+ s\)\.", tried), (
        tried
    )
    assert re.fullmatch(rf"\d+ étapes appliquées : les tables sont celles de {re.escape(VERSION)}\.", done), done
    assert left == LEFT
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    with tarfile.open(file) as tar:
        assert "base.dump" in tar.getnames()
    assert list(home.glob("restore-*")) == []
    again = technilab("upgrade", home=home, DATABASE_URL=old)
    assert again.stdout.splitlines() == [f"Les tables sont déjà celles de la version {VERSION}.", LEFT]
    assert len(list((home / "mises-a-jour").iterdir())) == 1


def test_the_copy_goes_where_one_says_and_brings_the_base_of_before_back(old: str, home: Path) -> None:
    file = home / "before.tar"
    assert technilab("upgrade", "--backup", str(file), home=home, DATABASE_URL=old).returncode == 0
    name = f"back_{uuid4().hex[:12]}"
    empty = database.empty(name)
    told = technilab("restore", str(file), home=home, DATABASE_URL=empty)
    database.drop(name)
    assert (told.returncode, told.stderr) == (0, "")


def test_what_would_fail_fails_on_the_copy_and_the_base_stays_as_it_was(old: str, home: Path) -> None:
    # A table of another hand's stands where a later version makes its own.
    asyncio.run(database.run(old, "CREATE TABLE demands (id int)"))
    told = technilab("upgrade", home=home, DATABASE_URL=old)
    assert told.returncode == 2
    assert "ne peut pas être repris : La migration" in told.stderr and told.stderr.endswith("Rien n'a été changé.\n")
    ran = asyncio.run(_asked(old, "SELECT count(*) AS n FROM migration"))
    assert ran == len(kept.told()["migrations"])


async def _asked(url: str, sql: str) -> int:
    line = await asyncpg.connect(url)
    try:
        return int(await line.fetchval(sql))
    finally:
        await line.close()


def test_a_worker_that_lives_is_named_and_nothing_is_changed(old: str, home: Path) -> None:
    beats = """DO $$ BEGIN FOR i IN 1..200 LOOP
      INSERT INTO heartbeats (name, beat_at) VALUES ('app1:7', clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET beat_at = clock_timestamp();
      COMMIT; PERFORM pg_sleep(0.3); END LOOP; END $$"""
    living = subprocess.Popen([kept.program("psql"), "-XAtqc", beats, old])
    try:
        told = technilab("upgrade", home=home, DATABASE_URL=old)
    finally:
        living.kill()
        living.wait()
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "Le travail de fond donne signe de vie (app1) : arrêtez-le sur chaque machine (systemctl stop"
        " technilab-worker), puis recommencez. Ses mails attendent, aucun n'est perdu.\n"
    )
    assert not (home / "mises-a-jour").exists()


def test_data_of_before_1_0_0_are_not_changed_under_those_who_read_them(old: str, home: Path) -> None:
    reader = subprocess.Popen([kept.program("psql"), "-XAtqc", "SELECT pg_sleep(60)", old])
    try:
        told = technilab("upgrade", home=home, DATABASE_URL=old)
    finally:
        reader.kill()
        reader.wait()
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "Ces données sont d'avant la version 1.0.0, et 1 programme les lit : arrêtez les pages et le travail de fond"
        " sur chaque machine (systemctl stop technilab-web technilab-worker, et PgBouncer s'il y en a un), puis"
        " recommencez.\n"
    )


def test_an_empty_base_has_nothing_to_upgrade(home: Path) -> None:
    name = f"upgrade_{uuid4().hex[:12]}"
    url = database.empty(name)
    told = technilab("upgrade", home=home, DATABASE_URL=url)
    database.drop(name)
    assert (told.returncode, told.stderr) == (
        2, "Cette base est vide : lancez technilab migrate, qui fait ses tables.\n",
    )  # fmt: skip


OLDER = Path("/usr/lib/postgresql/15/bin")
needs_another = pytest.mark.skipif(not (OLDER / "initdb").exists(), reason="no PostgreSQL 15 of Debian's here")


@pytest.fixture(scope="module")
def made_by_fifteen() -> Iterator[Path]:
    """The data folder of a Technilab that brought PostgreSQL 15, with a school's year in it."""
    with data_folder() as home:
        server = Postgres(home)
        server.folder.mkdir(mode=0o700)
        owner = owner_of(Path("/nowhere"))
        if owner is not None:
            os.chown(server.folder, owner.pw_uid, owner.pw_gid)
            grant_access(server.folder, owner, OLDER / "postgres")
        with (home / "initdb.log").open("wb") as output:
            words = [f"{OLDER}/initdb", "-D", str(server.folder), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
            assert launch([*words, "--locale=C", "--no-sync"], owner, output).wait() == 0
        with served(home) as url:
            plain = url.replace(f"/{DATABASE}?", "/postgres?")
            for sql in (f"CREATE DATABASE {DATABASE}", f"ALTER DATABASE {DATABASE} SET jit = off"):
                subprocess.run([kept.program("psql"), "-XAtqc", sql, plain], check=True)
            kept.load(url)
        yield home


@pytest.fixture
def of_fifteen(made_by_fifteen: Path, home: Path) -> Path:
    """A copy of it."""
    subprocess.run(["cp", "-a", made_by_fifteen / "postgres", home], check=True)
    return home


@contextmanager
def served(home: Path) -> Iterator[str]:
    with Postgres(home).served_by(OLDER) as url:
        yield url


@needs_another
@pytest.mark.parametrize("command", ["migrate", "run"])
def test_data_of_another_postgresql_are_refused_by_what_to_type(command: str, of_fifteen: Path) -> None:
    told = technilab(command, home=of_fifteen, DEMO="1", PORT="8129", REDIS_URL="none")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        f"Les données de {of_fifteen}/postgres sont de PostgreSQL 15, et cette version de Technilab apporte le {MAJOR}"
        " : lancez technilab upgrade, qui les reprend et garde aussi celles d'avant. Rien n'a été changé.\n"
    )
    assert (of_fifteen / "postgres" / "PG_VERSION").read_text() == "15\n"


@needs_another
def test_data_of_another_postgresql_are_brought_into_ours_and_kept_as_they_were(of_fifteen: Path) -> None:
    told = technilab("upgrade", home=of_fifteen)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[:2] == [
        "Les données de PostgreSQL 15 sont reprises.",
        f"Celles d'avant restent dans {of_fifteen}/postgres-15 pendant 30 jours, puis le travail de fond les ôte.",
    ]
    assert (of_fifteen / "postgres" / "PG_VERSION").read_text() == f"{MAJOR}\n"
    assert (of_fifteen / "postgres-15" / "PG_VERSION").read_text() == "15\n"
    server = Postgres(of_fifteen)
    server.start()
    try:
        assert asyncio.run(_asked(server.url(), "SELECT count(*) FROM slots")) == 173
        assert asyncio.run(_asked(server.url(), "SELECT (current_setting('jit') = 'off')::int")) == 1
    finally:
        server.stop()
    assert technilab("migrate", home=of_fifteen).returncode == 0


@needs_another
def test_a_carrying_over_that_was_cut_between_two_renames_is_taken_up_again(of_fifteen: Path) -> None:
    (of_fifteen / "postgres").rename(of_fifteen / "postgres-15")
    refused = technilab("migrate", home=of_fifteen)
    assert (refused.returncode, (of_fifteen / "postgres").exists()) == (2, False)
    assert "sont de PostgreSQL 15" in refused.stderr
    assert technilab("upgrade", home=of_fifteen).returncode == 0
    assert (of_fifteen / "postgres" / "PG_VERSION").read_text() == f"{MAJOR}\n"


@needs_another
def test_programs_that_are_not_there_are_asked_for_by_their_package(of_fifteen: Path, tmp_path: Path) -> None:
    told = technilab("upgrade", "--postgres", str(tmp_path), home=of_fifteen)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        f"Les programmes de PostgreSQL 15, qui ont écrit {of_fifteen}/postgres, ne sont pas là : gardez le dossier de"
        " la version d'avant, ou installez-les (apt-get install postgresql-15), ou dites où ils sont (technilab upgrade"
        " --postgres DOSSIER).\n"
    )
    assert (of_fifteen / "postgres" / "PG_VERSION").read_text() == "15\n"


def test_data_of_a_newer_postgresql_ask_for_a_newer_technilab(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("19\n")
    for command in ("upgrade", "migrate"):
        told = technilab(command, home=home)
        assert (told.returncode, told.stdout, told.stderr) == (
            2, "",
            f"Les données de {home}/postgres sont de PostgreSQL 19, et cette version de Technilab apporte le {MAJOR} :"
            " mettez cette machine à jour. Rien n'a été changé.\n",
        )  # fmt: skip
