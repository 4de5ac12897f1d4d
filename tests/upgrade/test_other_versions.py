"""Data of a version to come, of one too old and of another program: each is told apart, and none is touched."""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from booking.commands.migrate import ForeignTables, NewerTables, OlderTables
from booking.outbox.watch.migrations import KEPT_FROM, Descent, descent, ours
from booking.outbox.watch.tables_watch import PUT_BACK as PUT_BACK_UNDER_IT
from tests import database
from tests.command_line import ROOT, Running, eventually, free_port, running, technilab
from tests.upgrade import kept

NEWER = (
    "Ces données viennent d'une version plus récente de Technilab : mettez cette machine à jour, ou remettez en place"
    " une sauvegarde d'avant (technilab restore --replace)."
)
OLDER = (
    "Ces données sont d'avant le 29 novembre 2026, et trop anciennes pour être reprises : gardez-les avec la version"
    " qui les a faites, donnez à celle-ci une autre base (DATABASE_URL ou DATA_DIR), et reprenez-y les visites tenues"
    " avec technilab import-visits."
)
FOREIGN = (
    "Cette base contient les tables d'un autre logiciel : donnez à Technilab une base à lui (DATABASE_URL). Rien n'a"
    " été changé."
)
RAN = "INSERT INTO migration (name, app_name) VALUES ('{}', 'booking')"
TO_COME = [RAN.format("2099-01-01T00:00:00:009001"), "CREATE TABLE to_come (id serial PRIMARY KEY)"]
LONG_AGO = [
    "DELETE FROM migration WHERE name > '2026-11-27'",
    RAN.format("2025-01-01T00:00:00:000001"),
    "ALTER TABLE workshops RENAME COLUMN title TO name",
]
ANOTHERS = ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CREATE TABLE customers (id serial PRIMARY KEY)"]


@pytest.fixture
def holding() -> Iterator[str]:
    """A database with our tables, that a test makes another's."""
    name = f"other_version_{uuid4().hex[:12]}"
    yield database.clone(name)
    database.drop(name)


def schema(url: str) -> str:
    """All that the database holds, as SQL; the mark that psql is given anew with each dump is left out."""
    command = [kept.program("pg_dump"), "--no-owner", "--inserts", "--dbname", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in told.splitlines() if not line.startswith("\\"))


@pytest.mark.parametrize("command", ["migrate", "run", "demo"])
@pytest.mark.parametrize(
    ("made", "sentence"), [(TO_COME, NEWER), (LONG_AGO, OLDER), (ANOTHERS, FOREIGN)], ids=["newer", "older", "another"]
)
def test_data_of_another_version_are_told_apart_and_left_alone(
    command: str, made: list[str], sentence: str, holding: str, home: Path
) -> None:
    asyncio.run(database.run(holding, *made))
    before = schema(holding)
    said = technilab(command, home=home, DATABASE_URL=holding, DEMO="1", PORT="8127", REDIS_URL="none")
    assert (said.returncode, said.stdout, said.stderr) == (2, "", f"{sentence}\n")
    assert schema(holding) == before


# Those of a newer version can be read: what is there is looked at as any other day.
READ_TOO = ("oui  Bilan", "NON  Travail de fond")


@pytest.mark.parametrize(
    ("made", "sentence", "more"),
    [(TO_COME, NEWER, READ_TOO), (LONG_AGO, OLDER, ()), (ANOTHERS, FOREIGN, ())],
    ids=["newer", "older", "another"],
)
def test_check_says_it_and_looks_at_the_rest(
    made: list[str], sentence: str, more: tuple[str, ...], holding: str, home: Path
) -> None:
    asyncio.run(database.run(holding, *made))
    said = technilab("check", home=home, DATABASE_URL=holding, DEMO="1", REDIS_URL="none")
    lines = said.stdout.splitlines()
    assert f"NON  Tables : {sentence.removesuffix('.')}" in lines
    assert [line.partition(" : ")[0] for line in lines] == [
        *("oui  Base de données", "NON  Tables", "oui  File d'attente", "oui  Disque", "oui  Courrier", *more),
    ]
    wrong = ", ".join(["Tables", *(part.removeprefix("NON  ") for part in more if part.startswith("NON"))])
    assert (said.returncode, said.stderr) == (2, f"À reprendre : {wrong}.\n")


def test_a_process_of_before_goes_on_serving_while_the_others_are_upgraded(holding: str, home: Path) -> None:
    told = {"DATABASE_URL": holding, "REDIS_URL": "none"}
    with running("web", home=home, **told) as site:
        asyncio.run(database.run(holding, *TO_COME))
        ready = httpx.get(f"{site.url}/health/ready")
        assert (ready.status_code, ready.json()["checks"]["migrations"]["ok"]) == (200, True)
        assert httpx.get(f"{site.url}/creneaux").status_code == 200


AHEAD = """INSERT INTO events (at, act, about_kind, about, turn)
SELECT now(), 'reservation_confirmed', 'reservation', 1, event_turn(pg_current_xact_id()) + 1000000000"""
PUT_BACK = (
    "Technilab ne démarre pas : ses tables viennent d'un autre PostgreSQL, remises en place sans technilab restore."
    " Lancez technilab migrate, qui leur rend leurs droits et la suite de leurs événements.\n"
)


def test_tables_that_were_put_back_by_hand_are_served_once_migrate_has_run(holding: str, home: Path) -> None:
    told = {"DATABASE_URL": holding, "REDIS_URL": "none", "DEMO": "1", "PORT": "8127"}
    asyncio.run(database.run(holding, AHEAD))
    for command in ("web", "worker"):
        said = technilab(command, home=home, **told)
        assert (command, said.returncode, said.stderr) == (command, 2, PUT_BACK)
    line = "NON  Tables : remises en place sans technilab restore : lancez technilab migrate"
    assert line in technilab("check", home=home, **told).stdout.splitlines()
    assert technilab("migrate", home=home, **told).returncode == 0
    assert "oui  Tables : à jour" in technilab("check", home=home, **told).stdout.splitlines()
    with running("web", home=home, DATABASE_URL=holding, REDIS_URL="none") as site:
        assert httpx.get(f"{site.url}/creneaux").status_code == 200


def test_a_running_site_whose_tables_are_put_back_by_hand_waits_for_migrate(
    holding: str, home: Path, tmp_path: Path
) -> None:
    told = {"DATABASE_URL": holding, "REDIS_URL": "none"}
    elsewhere, dump = f"other_version_{uuid4().hex[:12]}", tmp_path / "by hand.dump"
    url = database.clone(elsewhere)
    asyncio.run(database.run(url, AHEAD))
    subprocess.run([kept.program("pg_dump"), "--format=custom", f"--file={dump}", url], check=True)
    database.drop(elsewhere)
    by_hand = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--dbname", holding]

    def answers(path: str, status: int) -> bool:
        return httpx.get(f"{site.url}{path}", timeout=10).status_code == status

    worker = Running("worker", home=home, port=free_port(), **told)
    with running("web", home=home, **told) as site:
        assert answers("/creneaux", 200)
        eventually(lambda: "works: mails" in worker.said(), "no worker")
        subprocess.run([kept.program("pg_restore"), *by_hand, str(dump)], check=True, stderr=subprocess.PIPE)
        eventually(lambda: answers("/creneaux", 503), "still served", within=10)
        page, program = (httpx.get(f"{site.url}{path}") for path in ("/creneaux", "/api/v1/slots"))
        assert [(one.status_code, one.headers["retry-after"]) for one in (page, program)] == [(503, "10")] * 2
        assert program.json()["type"] == "/problems/unavailable"
        assert (answers("/health/live", 200), answers("/health/ready", 503)) == (True, True)
        time.sleep(3)
        assert answers("/creneaux", 503)
        assert technilab("migrate", home=home, **told).returncode == 0
        eventually(lambda: answers("/creneaux", 200), "not served again", within=10)
        eventually(lambda: "the tables serve again" in worker.said(), "the worker waits", within=10)
        assert (PUT_BACK_UNDER_IT in site.said(), PUT_BACK_UNDER_IT in worker.said()) == (True, True)
    worker.stop()


OF_VECTOR = ("CREATE TABLE of_vector (id int)", "ALTER EXTENSION vector ADD TABLE of_vector")


def test_tables_of_an_extension_are_nobodys_data(home: Path) -> None:
    name = f"other_version_{uuid4().hex[:12]}"
    url = database.empty(name)
    asyncio.run(database.run(url, "CREATE EXTENSION vector", *OF_VECTOR))
    said = technilab("migrate", home=home, DATABASE_URL=url)
    database.drop(name)
    assert (said.returncode, said.stderr) == (0, "")


def test_a_first_migration_that_was_cut_short_is_finished(holding: str) -> None:
    every = [name for names in ours().values() for name in names]
    assert {descent(every[:number]) for number in range(len(every) + 1)} == {Descent.OURS}
    assert descent([*every[:3], "2026-11-28T23:59:59:002360"]) is Descent.OLDER
    assert descent([*every[:3], f"{KEPT_FROM}T00:00:00:002400"]) is Descent.NEWER
    assert descent([*every, "2025-01-01T00:00:00:000001", "2099-01-01T00:00:00:000001"]) is Descent.OLDER


def test_what_was_kept_from_that_day_on_ran_none_of_a_later_one() -> None:
    assert max(kept.told()["migrations"]) < KEPT_FROM
    assert set(kept.told()["migrations"]) <= {name for names in ours().values() for name in names}


ERASING = re.compile(
    r"\b(effacez|supprimez|videz)\b[^.\n]{0,60}\b(DATA_DIR|dossier d(es|e) données|base de données|les tables)"
    r"|\b(erase|delete|remove|wipe|drop|empty) [^.\n]{0,40}(\bDATA_DIR\b|\bdata folder\b|`var/?`|\bthe database\b)",
    re.IGNORECASE,
)
READ = (
    *("README.md", "CONTRIBUTING.md", "Makefile", "docs/*.md", "deploy/**/*"),
    *("booking/**/*.py", "booking/**/*.toml", "templates/**/*"),
)


def test_nothing_that_a_person_reads_tells_her_to_erase_data() -> None:
    said = {
        f"{file.relative_to(ROOT)}: {found[0]}"
        for pattern in READ
        for file in ROOT.glob(pattern)
        if file.is_file() and file.suffix in {".md", ".py", ".toml", ".html", ".txt", ".sh", ".yaml", ".yml", ""}
        for found in ERASING.finditer(file.read_text(errors="ignore"))
    }
    assert said == set()
    assert ERASING.search("Pour recommencer à neuf, effacez le dossier des données (DATA_DIR)")
    for refused in (NewerTables, OlderTables, ForeignTables):
        assert not re.search("efface|supprim|vide", refused.sentence)
