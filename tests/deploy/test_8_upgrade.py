"""Both application machines go to the next version by the guide's commands, and back, under clients: nobody notices.

From this version to one that adds to the tables, which is how one goes from 1.0.0 on: the version kept before
(tests/upgrade/versions.toml) knew neither the cluster's TLS nor its second user, and is left with everything stopped.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import asyncpg
import httpx

from booking.process.version import VERSION
from tests.command_line import eventually
from tests.deploy.applications import BEFORE, NUMBERS, Application, Ended, put
from tests.deploy.bare.story import LATER
from tests.deploy.bare.versions import next_one
from tests.faults.cluster import TOLD, Cluster
from tests.faults.crowd import Crowd
from tests.faults.verify import verify
from tests.guides import sections
from tests.smtp import PostOffice
from tests.upgrade.readers import readers
from tests.upgrade.test_while_serving import plant

GUIDE = {section.heading: section.blocks for section in sections("upgrade")}
# Some table is new, whose lines nobody rewrites and which an act lets go; some that are there get more, while written.
ADDED = (
    ("CREATE TABLE planted (id serial PRIMARY KEY)", "DROP TABLE planted"),
    ("ALTER TABLE reservations ADD COLUMN planted int NOT NULL DEFAULT 0, ADD COLUMN also_planted text", "SELECT 1"),
    ("ALTER TABLE scans ADD COLUMN planted int NOT NULL DEFAULT 0", "SELECT 1"),
)
INDEX = "CREATE INDEX scans_planted ON scans (planted)"
LISTED = '\nNEVER_REWRITTEN |= {"planted"}\nLET_GO |= {"planted"}\n'
RIGHTS = """SELECT array_agg(a.privilege_type::text ORDER BY a.privilege_type) FROM pg_class c, aclexplode(c.relacl) a
JOIN pg_roles r ON r.oid = a.grantee WHERE c.relname = 'planted' AND r.rolname = 'technilab_acts'"""
THERE_AND_BACK = [VERSION, LATER, VERSION]
# What is due and has not left, in words that say why; null once there is nothing.
DUE = """SELECT string_agg(one, E'\\n') FROM (
  SELECT format('event %s, set aside until %s', event, due_at) FROM events_to_tell
  UNION ALL SELECT format('%s, try %s, in hand until %s: %s', kind, attempts, held_until, last_error)
    FROM notices WHERE state = 'queued' AND next_try_at <= now()) AS due (one)"""
# A worker that was stopped with a mail in hand keeps it for a lease; the mails of 1000 acts fall due within a minute.
LEAVING = 300.0  # seconds
STANDS = """SELECT (SELECT count(*) FROM migration WHERE name > '2098')
  + (SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('scans_planted') AND indisvalid)
  + (SELECT count(*) FROM information_schema.columns WHERE column_name = 'planted' AND table_name <> 'planted')"""


def test_both_machines_go_to_the_next_version_and_back_as_the_guide_says(
    whole: Cluster, post: PostOffice, tmp_path: Path
) -> None:
    machines = [Application(whole, number) for number in NUMBERS]
    put(that_adds(tmp_path), LATER, tmp_path, machines)
    unpack, stop, upgrade, turn = GUIDE["Several machines"]
    # What it tells to unpack and to put, a bare Debian is told (`tests.deploy.bare`).
    assert unpack == GUIDE["One machine"][0].partition("\nsystemctl")[0]
    back, worker_stops, worker_starts = GUIDE["Going back on several machines"]

    def everywhere(block: str) -> list[str]:
        return [machine.type(block, at=tmp_path) for machine in machines]

    mails_before = len(post.mails)
    crowd = whole.crowd(tmp_path)
    doors = [f"http://{host}:{port}" for host, port in whole.doors()]
    with ended(crowd), readers(*doors, host=f"127.0.0.1:{whole.port}") as seen:
        whole.let_in(crowd, rate=10, seed=1, patience=60, acts=TOLD)
        everywhere(stop)
        told = machines[0].type(upgrade, at=tmp_path)
        assert f"{len(ADDED) + 1} étapes appliquées : les tables sont celles de {LATER}." in told.splitlines(), told
        assert serving(whole) == [VERSION, VERSION]
        assert asked(whole, RIGHTS) == ["DELETE", "INSERT", "SELECT"]
        assert everywhere(turn) == [_used(machine, LATER, LATER) for machine in machines]
        assert serving(whole) == [LATER, LATER]
        assert everywhere(back) == [_used(machine, BEFORE, VERSION) for machine in machines]
        assert serving(whole) == [VERSION, VERSION]
        crowd.call_home()
        acts = crowd.come_home()
        # A minute, each: the guide has one wait for them, who has a version whose letters are others.
        assert says_that_mails_wait(machines[0])
        everywhere(worker_stops)
        everywhere(worker_starts)
        for name in ("worker1", "worker2", "web1", "web2"):
            eventually(lambda name=name: versions_of(whole, name) == THERE_AND_BACK, name)  # type: ignore[misc]
        ends = time.monotonic() + LEAVING
        while left := asked(whole, DUE):
            assert time.monotonic() < ends, left
            time.sleep(0.2)

    assert [act for act in acts if act.tries > 1 or act.ended is None] == []
    assert len(acts) > 200
    assert crowd.contradictions() == []
    assert asyncio.run(verify(acts, whole.url("WRITE1"), desk=crowd.world["desk"])) == []
    assert (set(seen), seen["200"] > 100) == ({"200"}, True)
    times = Counter(mail.message["Message-ID"] for mail in post.mails[mails_before:])
    assert (len(times) > 50, {name: n for name, n in times.items() if n > 1}) == (True, {})
    assert (asked(whole, STANDS), asked(whole, RIGHTS)) == (len(ADDED) + 4, ["DELETE", "INSERT", "SELECT"])
    (kept,) = Path(machines[0].env["DATA_DIR"], "mises-a-jour").glob(f"avant-{LATER}-*.tar")
    assert kept.stat().st_mode & 0o777 == 0o600


def that_adds(folder: Path) -> Path:
    """This tree under the number of a next version, which adds to the tables; unpacked where the guide is typed."""
    tree = next_one(LATER, folder)
    for number, step in enumerate(ADDED, 1):
        plant(tree, step, number=number)
    plant(tree, INDEX, how="indexes", number=len(ADDED) + 1)
    with (tree / "booking" / "commands" / "rights.py").open("a") as rights:
        rights.write(LISTED)
    (folder / f"technilab-{LATER}").symlink_to(tree)
    return tree


@contextmanager
def ended(crowd: Crowd) -> Iterator[None]:
    """Nobody of them acts any more afterwards, whatever went wrong."""
    try:
        yield
    finally:
        crowd.stop()


def _used(machine: Application, link: str, version: str) -> str:
    """What the link and then the pages say at a machine whose turn it was."""
    moved = f"{machine.opt}/current mène à la version {link} : relancez ce qui tourne."
    return f"{moved}\noui  Pages : servies par la version {version}"


def serving(cluster: Cluster) -> list[str]:
    """Which version answers at each machine, by its own address."""
    settings = cluster.told()["settings"]
    every = [httpx.get(f"http://{settings[f'WEB{number}']}/health/ready", timeout=30) for number in NUMBERS]
    assert [one.status_code for one in every] == [200, 200]
    return [one.json()["version"] for one in every]


def versions_of(cluster: Cluster, name: str) -> list[str]:
    """Those that a process has said in its log that it is, one after the other."""
    return [version for version, _ in groupby(line["version"] for line in cluster.logged(name))]


def says_that_mails_wait(machine: Application) -> bool:
    """Whether `technilab check` of the version before does, which reads newer tables and says that they are."""
    try:
        said = machine.type("technilab check", at=machine.opt)
    except Ended as ended:
        said = str(ended)
    assert "NON  Tables : Ces données viennent d'une version plus récente" in said, said
    (worker,) = re.findall("^... {2}Travail de fond : (.*)$", said, re.MULTILINE)
    return "en attente" in worker


def asked(cluster: Cluster, sql: str) -> object:
    """What the primary answers to whoever owns its tables."""

    async def ask() -> object:
        connection = await asyncpg.connect(cluster.url("WRITE1"))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())
