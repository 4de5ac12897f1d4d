"""Putting a file back is all or nothing: the base is the one of before or the one of the file, whatever happens."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from booking.commands.restore import ENDS_WITH_US
from booking.process.embedded.programs import program
from tests import database
from tests.command_line import ROOT, data_folder, environ, eventually, processes_of, running, technilab
from tests.upgrade import kept

HERE = ("before@ac-besancon.fr", "before.jpg")
NEVER_KEPT = "2025-01-01T00:00:00:000001"
RAN = "INSERT INTO migration (name, app_name) VALUES ('{}', 'booking')"
# A step that made functions, said not to have been taken: taking it again fails.
HALF_A_STEP = "DELETE FROM migration WHERE name LIKE '%:002203'"


@pytest.fixture
def base() -> Iterator[str]:
    """The address of an empty base."""
    name = f"restored_{uuid4().hex[:12]}"
    yield database.empty(name)
    database.drop(name)


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder with a photo that is not the file's."""
    with data_folder() as folder:
        (folder / "objets").mkdir()
        (folder / "objets" / HERE[1]).write_bytes(b"of before")
        yield folder


@pytest.fixture
def lived_in(base: str, home: Path) -> str:
    """The same base, with our tables and one coordinator in it."""
    asyncio.run(database.run(base, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"))
    database.load(base)
    assert technilab("invite", HERE[0], "--role", "coordinator", home=home, DATABASE_URL=base).stderr == ""
    return base


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Files by what they are; `kept` is what the first version kept, in the form of a backup, with two photos."""
    made, folder = {}, tmp_path_factory.mktemp("files")
    with data_folder() as home:
        (home / "objets").mkdir()
        for name in ("one.jpg", "two.jpg"):
            (home / "objets" / name).write_bytes(name.encode() * 1000)
        for name, put, statements in CONTENTS:
            url = database.empty(called := f"file_{uuid4().hex[:12]}")
            put(url)
            if statements:
                asyncio.run(database.run(url, *statements))
            made[name] = folder / f"{name}.backup"
            said = technilab("backup", str(made[name]), home=home, DATABASE_URL=url)
            assert said.stderr == "", said.stderr
            bare = made[f"{name}, bare"] = folder / f"{name}.dump"
            command = [program("pg_dump"), "--format=custom", f"--file={bare}", url]
            subprocess.run(command, check=True)
            database.drop(called)
    whole = made["kept"].read_bytes()
    for name, content in {
        "cut": whole[:-20480],
        "cut, bare": made["kept, bare"].read_bytes()[:-5000],
        "a letter": b"Bonjour",
    }.items():
        made[name] = folder / f"{name}.backup"
        made[name].write_bytes(content)
    yield made


CONTENTS: list[tuple[str, Callable[[str], object], tuple[str, ...]]] = [
    ("kept", kept.load, ()),
    ("newer", kept.load, (RAN.format("2099-01-01T00:00:00:009001"), "ALTER TABLE slots RENAME TO creneaux")),
    ("older", kept.load, (RAN.format(NEVER_KEPT), "ALTER TABLE slots RENAME TO creneaux")),
    ("half a step", kept.load, (HALF_A_STEP,)),
    ("another's", lambda url: None, ("CREATE TABLE customers AS SELECT 1 AS id", "CREATE TABLE migration (name int)")),
]
NEWER = (
    "La sauvegarde {} vient d'une version plus récente de Technilab : mettez d'abord cette machine à jour. Rien n'a été"
    " changé."
)
OLDER = (
    "La sauvegarde {} est d'avant le 29 novembre 2026, et trop ancienne pour être reprise : remettez-la en place avec"
    " la version qui l'a faite. Rien n'a été changé."
)
DAMAGED = "La sauvegarde {} est abîmée : rien n'a été changé."
NOT_OURS = "{} n'est pas une sauvegarde faite par technilab backup."
REFUSED = {
    **{"newer": NEWER, "newer, bare": NEWER, "older": OLDER, "older, bare": OLDER},
    **{"another's": NOT_OURS, "another's, bare": NOT_OURS, "a letter": NOT_OURS},
    **{"cut": DAMAGED, "cut, bare": DAMAGED},
    "half a step": "{} ne peut pas être repris : La migration ",
}


def all_of(url: str, home: Path) -> tuple[str, dict[str, bytes]]:
    """The whole base as SQL, without the mark that is drawn anew for each dump; the photos by their names."""
    told = subprocess.run([program("pg_dump"), "--inserts", url], check=True, capture_output=True, text=True).stdout
    base = "\n".join(line for line in told.splitlines() if not line.startswith("\\"))
    return base, {one.name: one.read_bytes() for one in (home / "objets").iterdir()}


def left_over(home: Path) -> list[str]:
    return [str(one) for one in home.rglob("*") if "restore-" in one.name or one.name.endswith(".part")]


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("full", [True, False], ids=["a base that is lived in", "an empty base"])
def test_a_file_that_cannot_be_carried_on_changes_nothing(
    name: str, full: bool, base: str, home: Path, files: dict[str, Path], request: pytest.FixtureRequest
) -> None:
    if full:
        request.getfixturevalue("lived_in")
    before = all_of(base, home)
    refused = technilab("restore", "--replace", str(files[name]), home=home, DATABASE_URL=base)
    assert (refused.returncode, refused.stdout) == (2, "")
    sentence = REFUSED[name].format(files[name])
    assert refused.stderr.startswith(sentence) if name == "half a step" else refused.stderr == f"{sentence}\n"
    assert all_of(base, home) == before
    assert left_over(home) == []


@pytest.mark.parametrize("name", ["kept", "kept, bare"])
@pytest.mark.parametrize("full", [True, False], ids=["a base that is lived in", "an empty base"])
def test_an_older_file_is_put_in_place_as_this_version_needs_it(
    name: str, full: bool, base: str, home: Path, files: dict[str, Path], request: pytest.FixtureRequest
) -> None:
    if full:
        request.getfixturevalue("lived_in")
    said = technilab("restore", *(["--replace"] if full else []), str(files[name]), home=home, DATABASE_URL=base)
    assert (said.returncode, said.stderr) == (0, ""), said.stderr
    assert technilab("migrate", home=home, DATABASE_URL=base).stdout.startswith("0 étape")
    assert technilab("recount", home=home, DATABASE_URL=base).stdout.startswith("0 total corrigé")
    assert facts(base) == OF_THE_FILE
    photos = {one.name: one.read_bytes() for one in (home / "objets").iterdir()}
    of_file = {"one.jpg": b"one.jpg" * 1000, "two.jpg": b"two.jpg" * 1000} if name == "kept" else {}
    assert photos == {HERE[1]: b"of before"} | of_file
    assert left_over(home) == []


def test_the_base_of_another_program_is_never_replaced(base: str, home: Path, files: dict[str, Path]) -> None:
    asyncio.run(database.run(base, "CREATE TABLE customers AS SELECT 1 AS id"))
    before = all_of(base, home)
    refused = technilab("restore", "--replace", str(files["kept"]), home=home, DATABASE_URL=base)
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        2,
        "",
        "Cette base contient les tables d'un autre logiciel : donnez à Technilab une base à lui (DATABASE_URL). Rien"
        " n'a été changé.\n",
    )
    assert all_of(base, home) == before


def test_a_base_that_a_newer_version_wrote_is_replaced_when_asked(
    lived_in: str, home: Path, files: dict[str, Path]
) -> None:
    asyncio.run(database.run(lived_in, RAN.format("2099-01-01T00:00:00:009001")))
    refused = technilab("restore", str(files["kept"]), home=home, DATABASE_URL=lived_in)
    assert refused.stderr.startswith("Cette base contient déjà des données : ajoutez --replace")
    assert technilab("restore", "--replace", str(files["kept"]), home=home, DATABASE_URL=lived_in).returncode == 0
    assert facts(lived_in) == OF_THE_FILE


def facts(url: str) -> tuple[int, int, bool]:
    """Slots, accounts, and whether the coordinator of before is one of them."""

    async def asked() -> tuple[int, int, bool]:
        line = await asyncpg.connect(url)
        try:
            return tuple(
                await line.fetchrow(
                    "SELECT (SELECT count(*) FROM slots), (SELECT count(*) FROM accounts),"
                    " EXISTS (SELECT FROM accounts WHERE email = $1)",
                    HERE[0],
                )
            )
        finally:
            await line.close()

    return asyncio.run(asked())


OF_BEFORE = (0, 1, True)
OF_THE_FILE = (173, 41, False)


def start(file: Path, home: Path, url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "booking", "restore", "--replace", str(file)]
    told = environ(home, DATABASE_URL=url)
    return subprocess.Popen(command, env=told, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(child: subprocess.Popen[bytes], seen: Callable[[], bool]) -> None:
    while child.poll() is None and not seen():
        time.sleep(0.002)


def rehearsing(home: Path) -> bool:
    return bool(list(home.glob("restore-*/postgres/postmaster.pid")))


def rehearsed(home: Path) -> bool:
    return any(one.stat().st_size for one in home.glob("restore-*/ready.dump"))


def photos_ready(home: Path) -> bool:
    return bool(list(home.glob("restore-*/objets/two.jpg")))


def photo_in(home: Path) -> bool:
    return (home / "objets" / "one.jpg").exists() or (home / "objets" / "two.jpg").exists()


# (what is waited for, seconds after it)
MOMENTS: list[tuple[Callable[[Path], bool], float]] = [
    (lambda home: True, 0.4),
    (lambda home: bool(list(home.glob("restore-*"))), 0.0),
    (lambda home: bool(list(home.glob("restore-*/base.dump"))), 0.6),
    *((rehearsing, pause) for pause in (0.0, 1.0)),
    (rehearsed, 0.0),
    *((photos_ready, pause) for pause in (0.0, 0.15, 0.3, 0.6)),
    *((photo_in, pause) for pause in (0.0, 0.02)),
]


def test_killed_at_any_moment_the_site_answers_as_before_or_as_the_file_says(
    lived_in: str, home: Path, files: dict[str, Path]
) -> None:
    ended = []
    with running("web", home=home, DATABASE_URL=lived_in, REDIS_URL="none") as site:
        for seen, pause in MOMENTS:
            killed = start(files["kept"], home, lived_in)
            wait_for(killed, lambda seen=seen: seen(home))
            time.sleep(pause)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
            eventually(lambda: not list(home.glob("restore-*")), "what was rehearsed is still there")
            now = facts(lived_in)
            ended.append(now)
            slots = httpx.get(f"{site.url}/api/v1/slots", params={"limit": 200}).json()["items"]
            assert (now, len(slots) > 50) in [(OF_BEFORE, False), (OF_THE_FILE, True)]
            assert now == OF_BEFORE or {"one.jpg", "two.jpg"} <= {one.name for one in (home / "objets").iterdir()}
            if now == OF_THE_FILE:
                go_back(lived_in, home)
        assert technilab("restore", "--replace", str(files["kept"]), home=home, DATABASE_URL=lived_in).returncode == 0
        assert len(httpx.get(f"{site.url}/api/v1/slots", params={"limit": 200}).json()["items"]) > 50
    assert facts(lived_in) == OF_THE_FILE
    assert OF_BEFORE in ended
    assert [one for one in processes_of(home) if "postgres" in one.name()] == []


def test_what_had_just_been_started_is_taken_away_when_it_makes_the_folder_once_more(home: Path) -> None:
    aside = home / "restore-0"
    watching = subprocess.Popen(["/bin/sh", "-c", ENDS_WITH_US, "sh", str(aside)], stdin=subprocess.PIPE)
    assert watching.stdin is not None
    (aside / "base").mkdir(parents=True)
    watching.stdin.close()
    eventually(lambda: not aside.exists(), "what was rehearsed is still there")
    (aside / "postgres").mkdir(parents=True)
    eventually(lambda: not aside.exists(), "what began late is still there")
    assert watching.wait(60) == 0


def go_back(url: str, home: Path) -> None:
    """The base of before once more, under the site that runs."""
    asyncio.run(database.run(url, *EMPTIED))
    for photo in ("one.jpg", "two.jpg"):
        (home / "objets" / photo).unlink(missing_ok=True)
    assert technilab("invite", HERE[0], "--role", "coordinator", home=home, DATABASE_URL=url).stderr == ""


EMPTIED = (
    """DO $$ DECLARE one text; BEGIN
      SET LOCAL session_replication_role = replica;
      FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('migration', 'versions', 'academie', 'departments') LOOP
        EXECUTE format('TRUNCATE %I CASCADE', one);
      END LOOP; END $$""",
    "UPDATE versions SET raised = raised + 1",
)


def test_the_last_photo_goes_in_just_before_the_base_changes(lived_in: str, home: Path, files: dict[str, Path]) -> None:
    """A site that shows the file's base has all of its photos, and a base that stays has none of them."""
    asyncio.run(database.run(lived_in, "CREATE TABLE locked_here AS SELECT 1 AS id"))

    async def hold() -> set[str]:
        line = await asyncpg.connect(lived_in)
        within = line.transaction()
        await within.start()
        await line.execute("LOCK TABLE locked_here IN ACCESS SHARE MODE")
        child = start(files["kept"], home, lived_in)
        await asyncio.to_thread(wait_for, child, lambda: photos_ready(home))
        await asyncio.sleep(1)
        seen = {one.name for one in (home / "objets").iterdir()}
        await within.rollback()
        await line.close()
        assert await asyncio.to_thread(child.wait) == 0
        return seen

    assert asyncio.run(hold()) == {HERE[1]}
    assert {one.name for one in (home / "objets").iterdir()} == {HERE[1], "one.jpg", "two.jpg"}


def test_two_at_once_do_not_meet(lived_in: str, home: Path, files: dict[str, Path]) -> None:
    first = start(files["kept"], home, lived_in)
    wait_for(first, lambda: rehearsing(home))
    second = technilab("restore", "--replace", str(files["kept"]), home=home, DATABASE_URL=lived_in)
    assert second.stderr == "Une restauration est déjà en cours : attendez sa fin. Rien n'a été changé.\n"
    assert first.wait() == 0
    assert facts(lived_in) == OF_THE_FILE


def test_the_next_one_takes_away_what_a_power_cut_has_left(lived_in: str, home: Path, files: dict[str, Path]) -> None:
    (home / "restore-left" / "postgres").mkdir(parents=True)
    (home / "restore-left" / "base.dump").write_bytes(b"names")
    assert technilab("restore", "--replace", str(files["kept"]), home=home, DATABASE_URL=lived_in).returncode == 0
    assert left_over(home) == []


@pytest.fixture(scope="module")
def older_server() -> Iterator[dict[str, Any]]:
    """The oldest PostgreSQL of this machine, with a base whose owner may make no other."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    if not found:
        pytest.skip("no PostgreSQL of the system's here")
    with data_folder() as folder, kept.server_of(found[0], folder) as admin:
        owner = "CREATE ROLE owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
        asyncio.run(database.run(admin, owner, "CREATE DATABASE site OWNER owner"))
        url = admin.replace("postgres@", "owner@").replace("/postgres?", "/site?")
        yield {"version": int(found[0].parent.name), "url": url}


def test_a_server_of_another_version_whose_owner_makes_no_base_gives_and_takes(
    older_server: dict[str, Any], base: str, home: Path, files: dict[str, Path], tmp_path: Path
) -> None:
    url, from_older = older_server["url"], tmp_path / "older.backup"
    assert older_server["version"] < 18
    for replace in ([], ["--replace"]):
        said = technilab("restore", *replace, str(files["kept"]), home=home, DATABASE_URL=url)
        assert (said.returncode, said.stderr) == (0, "")
        assert facts(url) == OF_THE_FILE
    assert technilab("backup", str(from_older), home=home, DATABASE_URL=url).stderr == ""
    for there in (url, base):
        said = technilab("restore", "--replace", str(from_older), home=home, DATABASE_URL=there)
        assert (said.returncode, said.stderr) == (0, "")
        assert technilab("migrate", home=home, DATABASE_URL=there).stdout.startswith("0 étape")
        assert facts(there) == OF_THE_FILE
