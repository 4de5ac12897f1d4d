"""Two users of one database: one owns the tables, the other acts and undoes none of its traces."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from booking.commands.rights import LET_GO, NEVER_REWRITTEN, acting_user, lacking, may_too_much
from booking.outbox.watch.queries import tables_serve
from tests import database
from tests.command_line import data_folder, technilab

# As a provider gives them, or the first lines of docs/operating.md: neither may make a user or a base.
PLAIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
NAME = "two_users"
REFUSED = (
    "UPDATE events SET act = 'something else'",
    "TRUNCATE events CASCADE",
    "ALTER TABLE events DISABLE TRIGGER events_kept",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_kept ON events",
    "DROP TABLE events CASCADE",
    "CREATE OR REPLACE FUNCTION events_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
    "SET session_replication_role = replica",
    "UPDATE final_reports SET version = 2",
    "DELETE FROM final_reports",
    "TRUNCATE final_reports",
    "UPDATE year_figures SET figure = 1",
    "DELETE FROM year_corrections",
    "UPDATE scans SET slot = 1",
    "DELETE FROM slots",
    "DELETE FROM tallies",
    "TRUNCATE sessions",
    "UPDATE migration SET name = 'later'",
    "INSERT INTO migration (name, app_name) VALUES ('later', 'booking')",
    "CREATE TABLE beside (id int)",
    "CREATE TEMPORARY TABLE beside (id int)",
    "CREATE SCHEMA beside",
    "CREATE FUNCTION beside() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER beside BEFORE DELETE ON slots FOR EACH ROW EXECUTE FUNCTION events_are_kept()",
    "CREATE TABLE beside (slot int REFERENCES slots (id))",
    "ALTER TABLE slots ADD COLUMN beside int",
    "DROP INDEX events_at",
    "CREATE ROLE beside",
    "ALTER DATABASE two_users SET jit = on",
    "SELECT setval('events_id_seq', 1)",
    "COPY slots TO PROGRAM 'cat'",
)


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """The addresses of an owner without any right beside its base, of who acts on it, and of another program's user."""
    admin = database.empty("two_users_admin")
    named = {name: f"{NAME}_{name}" for name in ("owns", "acts", "other")}
    gone = [f"DROP ROLE IF EXISTS {name}" for name in named.values()]
    base = f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)'
    made = [f"CREATE ROLE {name} {PLAIN}" for name in named.values()]
    asyncio.run(database.run(admin, base, *gone, *made, f"CREATE DATABASE {NAME} OWNER {named['owns']}"))
    place = admin.replace("two_users_admin", NAME)
    yield {key: place.replace("//postgres:@", f"//{name}@") for key, name in named.items()}
    asyncio.run(database.run(admin, base, *gone))
    database.drop("two_users_admin")


@pytest.fixture(scope="module")
def site(urls) -> Iterator[tuple[Path, dict[str, str]]]:
    """A trial's year, made by the commands that somebody types who gives both addresses; the tables are those of every
    migration, in less time than they take."""
    database.load(urls["owns"])
    with data_folder() as home:
        told = {"DATABASE_URL": urls["acts"], "MIGRATE_URL": urls["owns"], "REDIS_URL": "none", "DEMO": "1"}
        for words in (["migrate"], ["demo"]):
            done = technilab(*words, home=home, **told)
            assert (done.returncode, done.stderr) == (0, ""), words
        yield home, told


async def told_by(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def lend(url: str, monkeypatch) -> None:
    from workshops.database import current_engine  # noqa: PLC0415 - the tests' own engine, lent to another base
    from workshops.database.hosts import Hosts  # noqa: PLC0415 - as above

    monkeypatch.setattr(current_engine(), "pool", None)
    monkeypatch.setattr(current_engine(), "hosts", Hosts(url))


async def rights_of(url: str, monkeypatch) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    """What a user may do too much, and what it lacks, as it says itself."""
    lend(url, monkeypatch)
    return [(one.what, one.tables) for one in await may_too_much()], await lacking()


@pytest.mark.parametrize("sql", REFUSED)
def test_who_acts_undoes_no_trace_and_makes_nothing(site, urls, sql: str):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        asyncio.run(told_by(urls["acts"], sql))


def test_who_acts_erases_of_the_journal_only_what_is_older_than_a_year(site, urls):
    count = "SELECT count(*) FROM events"
    before = asyncio.run(told_by(urls["acts"], count))
    with pytest.raises(asyncpg.RaiseError):
        asyncio.run(told_by(urls["acts"], "DELETE FROM events"))
    gone = "INSERT INTO events (at, act) VALUES (now() - interval '2 years', 'long_ago') RETURNING id"
    number = asyncio.run(told_by(urls["acts"], gone))
    asyncio.run(told_by(urls["acts"], f"DELETE FROM events WHERE id = {number}"))
    assert asyncio.run(told_by(urls["acts"], count)) == before > 100


def test_who_neither_owns_nor_acts_reads_nothing(site, urls):
    for sql in (
        "SELECT count(*) FROM accounts",
        "SELECT count(*) FROM events",
        "INSERT INTO tries (bucket) VALUES ('')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            asyncio.run(told_by(urls["other"], sql))


async def test_tables_that_were_put_back_without_their_rights_do_not_serve(site, urls, monkeypatch):
    lend(urls["acts"], monkeypatch)
    assert await tables_serve()
    await told_by(urls["owns"], "REVOKE SELECT ON migration FROM two_users_acts")
    assert not await tables_serve()
    home, told = site
    assert technilab("migrate", home=home, **told).returncode == 0
    assert await tables_serve()


async def test_each_says_what_it_may_do_too_much(site, urls, monkeypatch):
    assert await rights_of(urls["acts"], monkeypatch) == ([], [])
    ((what, tables),), lacks = await rights_of(urls["owns"], monkeypatch)
    assert (what, {"events", "slots"} <= set(tables), lacks) == (
        *("réécrire le journal, enlever ses gardes, supprimer les tables, qui sont à lui", True, []),
    )
    nothing, lacks = await rights_of(urls["other"], monkeypatch)
    assert (nothing, "events" in lacks, "slots" in lacks) == ([], True, True)
    everything, _ = await rights_of(database.owning(os.environ["DATABASE_URL"]), monkeypatch)
    assert everything == [("tout, sur tout le serveur", ())]


GIVEN = {
    "TRUNCATE ON slots, events": ("vider des tables d'un coup", ("events", "slots")),
    "UPDATE ON final_reports": ("réécrire ce qui ne change jamais", ("final_reports",)),
    "DELETE ON slots": ("effacer ce qui ne s'efface jamais", ("slots",)),
    "TRIGGER ON events": ("poser des déclencheurs ou des renvois", ("events",)),
    "INSERT ON migration": ("écrire là où rien ne s'écrit", ("migration",)),
    "CREATE ON SCHEMA public": ("créer des tables", ()),
}


@pytest.mark.parametrize("given", GIVEN)
async def test_a_right_given_by_hand_is_named_and_the_next_migrate_takes_it_back(site, urls, given, monkeypatch):
    home, told = site
    await told_by(urls["owns"], f"GRANT {given} TO two_users_acts")
    await told_by(urls["owns"], "REVOKE SELECT ON rooms FROM two_users_acts")
    assert await rights_of(urls["acts"], monkeypatch) == ([GIVEN[given]], ["rooms"])
    assert technilab("migrate", home=home, **told).stdout == "0 étape appliquée : les tables sont à jour.\n"
    assert await rights_of(urls["acts"], monkeypatch) == ([], [])


def test_a_table_to_come_is_written_at_once_and_emptied_by_nobody_who_acts(site, urls):
    owner = asyncio.run(told_by(urls["owns"], "CREATE TABLE to_come (id serial PRIMARY KEY, word text)"))
    assert owner is None
    try:
        number = asyncio.run(told_by(urls["acts"], "INSERT INTO to_come (word) VALUES ('one') RETURNING id"))
        asyncio.run(told_by(urls["acts"], "UPDATE to_come SET word = 'two'"))
        assert (number, asyncio.run(told_by(urls["acts"], "SELECT word FROM to_come"))) == (1, "two")
        for sql in ("DELETE FROM to_come", "TRUNCATE to_come", "DROP TABLE to_come"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                asyncio.run(told_by(urls["acts"], sql))
    finally:
        asyncio.run(told_by(urls["owns"], "DROP TABLE to_come"))


NO_RIGHT = (
    "Le compte de DATABASE_URL n'a pas ce droit sur les tables : donnez dans MIGRATE_URL l'adresse de celui qui les"
    " possède, ou rendez au premier ses droits avec technilab migrate.\n"
)


def test_what_the_owner_alone_does_is_done_by_it_and_said_in_words_without_it(site, urls, tmp_path: Path):
    home, told = site
    acting = {name: value for name, value in told.items() if name != "MIGRATE_URL"}
    kept = tmp_path / "kept"
    asyncio.run(told_by(urls["owns"], "UPDATE tallies SET made = made + 1 WHERE id = (SELECT min(id) FROM tallies)"))
    for words in (["recount"], ["forget-examples", "--dry-run"], ["restore", "--replace", str(kept)]):
        if words[0] == "restore":
            assert technilab("backup", str(kept), home=home, **told).returncode == 0
        refused = technilab(*words, home=home, **acting)
        assert refused.returncode == 2, words
        assert refused.stderr.startswith("Rien n'a été changé : ") or refused.stderr == NO_RIGHT, words
        done = technilab(*words, home=home, **told)
        assert (done.returncode, done.stderr) == (0, ""), words


async def test_the_rights_are_there_with_what_a_restore_puts_in_place(site, urls, tmp_path: Path, monkeypatch):
    home, told = site
    kept = tmp_path / "kept"
    for words in (["backup", str(kept)], ["restore", "--replace", str(kept)]):
        done = technilab(*words, home=home, **told)
        assert (done.returncode, done.stderr) == (0, ""), words
    assert await rights_of(urls["acts"], monkeypatch) == ([], [])
    assert technilab("check", home=home, **told).stdout.count("NON") == 1  # no worker runs


# As the base of a version before, which has not got that table yet.
WITHOUT_ONE = ("DROP TABLE first_answers", "DELETE FROM migration WHERE name = '2026-12-01T13:00:00:003152'")
CUT_SHORT = ("REVOKE DELETE ON first_answers FROM two_users_acts",)


async def test_an_upgrade_gives_who_acts_its_rights_on_what_it_made(site, urls, monkeypatch):
    home, told = site
    for statements, said in ((WITHOUT_ONE, "1 étape appliquée"), (CUT_SHORT, "Les tables sont déjà celles")):
        for statement in statements:
            await told_by(urls["owns"], statement)
        done = technilab("upgrade", home=home, **told)
        assert (done.returncode, done.stderr, said in done.stdout) == (0, "", True), done.stdout
        assert await rights_of(urls["acts"], monkeypatch) == ([], [])


def test_the_night_and_the_end_of_a_year_are_done_by_who_acts(site, urls):
    home, told = site
    acting = {name: value for name, value in told.items() if name != "MIGRATE_URL"}
    asyncio.run(told_by(urls["owns"], "UPDATE sessions SET expires_at = now() - interval '1 day'"))
    for words in (["purge"], ["purge", "--dry-run"], ["check", "--worker"]):
        done = technilab(*words, home=home, **acting)
        assert "droit" not in done.stderr, (words, done.stderr)
    assert technilab("purge", "--dry-run", home=home, **acting).stdout == "Rien n'est arrivé au bout de sa durée.\n"


def test_one_user_goes_on_as_before(monkeypatch):
    for acts, owns in (("postgresql://a@h/t", ""), ("postgresql://a@h/t", "postgresql://a@other/t"), ("", "")):
        monkeypatch.setenv("DATABASE_URL", acts)
        monkeypatch.setenv("MIGRATE_URL", owns)
        assert acting_user() == ""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///t?user=b%20c&host=h")
    monkeypatch.setenv("MIGRATE_URL", "postgresql://a@other/t")
    assert acting_user() == "b c"


def test_a_user_that_nobody_made_is_named(site, urls):
    home, told = site
    done = technilab(
        "migrate", home=home, **told | {"DATABASE_URL": urls["acts"].replace("two_users_acts", "nobody's")}
    )
    assert (done.returncode, done.stderr) == (
        2,
        "PostgreSQL ne connaît pas « nobody's », que nomme DATABASE_URL : créez ce compte, puis relancez technilab"
        " migrate.\n",
    )


def test_the_lists_name_tables_that_are_there(site, urls):
    names = set(str(asyncio.run(told_by(urls["owns"], "SELECT string_agg(tablename, ' ') FROM pg_tables"))).split())
    assert (LET_GO | NEVER_REWRITTEN) - names == set()
