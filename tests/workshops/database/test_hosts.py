"""A URL of several hosts: the one that takes writes answers, whichever it is by now."""

from __future__ import annotations

import os
import signal
import socket
from time import monotonic

import pytest

from tests.command_line import data_folder, eventually, python
from tests.replica import primary_and_standby
from workshops.database import rows
from workshops.database.hosts import ARRAY_TYPES, CONNECT_TIMEOUT, KEEPALIVE, Hosts

WRITER = """
import asyncio, logging, os, sys
from workshops.database import DatabaseAway, open_pool, rows, transaction
from booking import piccolo_conf

logging.basicConfig(level=logging.ERROR, stream=sys.stdout, format="%(message)s")
WRITE = "INSERT INTO kept VALUES ($1)"

async def write(number):
    try:
        async with transaction():
            await rows(WRITE, number)
    except DatabaseAway:
        return "away"
    return "written"

async def main():
    async with open_pool(size=3):
        number = 0
        while line := await asyncio.to_thread(sys.stdin.readline):
            several = range(number, number := number + int(line))
            print(*sorted(set(await asyncio.gather(*map(write, several)))), flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("url", "hosts", "told"),
    [
        ("postgresql://", [("localhost", 5432)], {"user": "postgres", "database": "postgres"}),
        ("postgresql://u@h/db", [("h", 5432)], {}),
        ("postgresql://u:p%40s@h1,h2:5433/db", [("h1", 5432), ("h2", 5433)], {"password": "p@s"}),
        ("postgresql://u@/db?host=/a,/b&port=1,2", [("/a", 1), ("/b", 2)], {}),
        ("postgresql://u@/db?host=%2Frun%2Fdb&port=7", [("/run/db", 7)], {}),
        ("postgresql://u@/db?host=h1,h2&port=6", [("h1", 6), ("h2", 6)], {}),
        ("postgresql://u@[::1]:6/db", [("::1", 6)], {}),
    ],
)
def test_a_url_names_its_servers_as_libpq_reads_them(url, hosts, told):
    database = Hosts(url)
    assert database.hosts == hosts
    assert database.config == {"dsn": url.replace(":p%40s", ""), **told}


async def test_the_lists_that_the_driver_is_told_of_are_those_of_the_server(db):
    found = await rows("SELECT oid, typname, typelem FROM pg_type WHERE typname = ANY ($1::text[])", list(ARRAY_TYPES))
    assert {one["typname"]: (one["oid"], one["typelem"]) for one in found} == ARRAY_TYPES


@pytest.fixture(scope="module")
def pair():
    with primary_and_standby(migrated=False) as both:
        both.primary.ask("CREATE TABLE kept (number int)")
        yield both


IN_RECOVERY = "SELECT pg_is_in_recovery()"


async def test_the_one_that_takes_writes_is_found_wherever_it_stands(pair):
    standby_first = f"postgresql://postgres@127.0.0.1:{pair.standby.port},127.0.0.1:{pair.primary.port}/technilab"
    for url, recovering in (
        (pair.url, False),
        (standby_first, False),
        (f"{standby_first}?target_session_attrs=standby", True),
        (f"{pair.primary.url}?target_session_attrs=prefer-standby", False),
    ):
        made = await Hosts(url).connect()
        assert await made.fetchval(IN_RECOVERY) is recovering, url
        await made.close()


async def test_a_machine_that_vanishes_is_noticed_by_the_socket_itself(pair):
    made = await Hosts(pair.primary.url).connect()
    sock = made._transport.get_extra_info("socket")
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert {name: sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in KEEPALIVE} == KEEPALIVE
    await made.close()


async def test_a_server_that_is_frozen_is_passed_and_then_asked_last(pair):
    number = int((pair.standby.folder / "postmaster.pid").read_text().split()[0])
    frozen_first = f"postgresql://postgres@127.0.0.1:{pair.standby.port},127.0.0.1:{pair.primary.port}/technilab"
    hosts = Hosts(frozen_first)
    os.kill(number, signal.SIGSTOP)
    try:
        for most in (CONNECT_TIMEOUT + 2, 1):
            began = monotonic()
            await (await hosts.connect()).close()
            assert monotonic() - began < most
    finally:
        os.kill(number, signal.SIGCONT)


def test_writes_go_on_at_the_new_primary_when_the_old_one_takes_none_and_when_it_dies():
    with primary_and_standby(migrated=False) as pair, data_folder() as home:
        pair.primary.ask("CREATE TABLE kept (number int)")
        pair.catch_up()
        writer = python(WRITER, home, DATABASE_URL=pair.url, DEMO="1")
        assert writer.stdin is not None
        assert writer.stdout is not None

        def told(number: int) -> str:
            writer.stdin.write(f"{number}\n")
            writer.stdin.flush()
            return writer.stdout.readline().strip()

        assert told(6) == "written"
        # Demoted under open connections: they stay, and take no write.
        pair.standby.promote()
        pair.primary.ask("ALTER SYSTEM SET default_transaction_read_only = on")
        pair.primary.ask("SELECT pg_reload_conf()")
        eventually(lambda: told(3).startswith("PostgreSQL does not answer: ReadOnlySQL"), "the old one takes writes")
        assert writer.stdout.readline().strip() in {"away", "away written"}
        assert [told(6), told(6)] == ["written", "written"]
        assert pair.standby.ask("SELECT count(*) >= 12 FROM kept") == "t"
        writer.stdin.close()
        assert writer.wait(timeout=30) == 0
