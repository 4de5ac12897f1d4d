"""`make bench CLUSTER=1 BEFORE=COMMIT`: bookings at an older version's cluster and this one's, in turn, in one table.

Both clusters stand on this machine, on its own disk, all the time; each is asked while the other rests, as
`tests.load.before` does of single machines. `BEFORE=plain` stands for this version's own cluster without TLS between
web processes, poolers and databases: what that costs, apart. Few ask at once, and many: what a commit costs there is
shared by all who wait for it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.command_line import ROOT, data_folder
from tests.faults.cluster import Cluster, why_not
from tests.load.before import as_it_was, in_turn, table
from tests.load.by_api import world_of
from tests.load.client import request
from tests.load.world import Asked, World, bookings, scans, the_same

PLAIN = "plain"
MANY = 64
WORKING = {"web", "worker", "postgres"}
# The lines of deploy/ by which those who come to the database show each other certificates.
WITHOUT_TLS = {
    "patroni/patroni.yml": [
        ("hostssl ", "host "),
        ("sslmode: verify-full", "sslmode: disable"),
        ('ssl: "on"', 'ssl: "off"'),
    ],
    "pgbouncer/pgbouncer.ini": [
        ("client_tls_sslmode = require", "client_tls_sslmode = disable"),
        ("server_tls_sslmode = verify-full", "server_tls_sslmode = disable"),
    ],
    "technilab.env": [("sslmode=verify-full&sslrootcert=@CERTIFICATES@/ca.crt", "sslmode=disable")],
}


@dataclass(frozen=True)
class Site:
    """A cluster that serves, as the client knows it."""

    port: int
    processes: Sequence[int]
    world: World


@contextmanager
def plain() -> Iterator[Path]:
    """The files of this version's cluster, but for its TLS on the way to the database."""
    with tempfile.TemporaryDirectory(prefix="technilab-plain-") as folder:
        Path(folder).chmod(0o755)
        shutil.copytree(ROOT / "deploy", Path(folder) / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
        for name, changes in WITHOUT_TLS.items():
            file = Path(folder) / "deploy" / name
            text = file.read_text()
            for line, other in changes:
                assert line in text, (name, line)
                text = text.replace(line, other)
            file.write_text(text)
        yield Path(folder)


@contextmanager
def serving(tree: Path, python: Path | str) -> Iterator[Site]:
    """The cluster of a tree, filled with its examples, and a world for the bench."""
    with data_folder(Path(tempfile.gettempdir())) as home:
        cluster = Cluster(home, tree=tree, python=python, DEMO="1")
        try:
            url = cluster.url("WRITE1")
            world = world_of(f"http://127.0.0.1:{cluster.port}", lambda sql: asyncio.run(_done(url, sql)), groups=MANY)
            processes = [one["pid"] for one in cluster.told()["processes"] if one["role"] in WORKING]
            yield Site(cluster.port, processes, world)
        finally:
            cluster.stop()


async def _done(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def asked_of(site: Site) -> list[Asked]:
    """Nothing, then bookings by few and by many, then scans."""
    world, port = site.world, site.port
    quarter = len(world.wide) // 4
    one_by_one, beside, by_many = world.wide[:quarter], world.wide[quarter : 2 * quarter], world.wide[2 * quarter :]
    live = request("GET", "/health/live", port=port)
    return [
        Asked("`GET /health/live`", "", lambda: the_same(live)),
        Asked("bookings, 8 at once, eight at a slot", "", lambda: bookings(world, one_by_one, port)),
        Asked("bookings, 8 at once, on 50 slots", "", lambda: bookings(world, beside, port, side_by_side=50)),
        Asked(f"bookings, {MANY} at once", "", lambda: bookings(world, by_many, port), connections=MANY),
        Asked("`POST /api/v1/checkins`, one scan", "", lambda: scans(world, port)),
    ]


@contextmanager
def other(before: str) -> Iterator[tuple[Path, Path | str]]:
    """Where the cluster beside is started, and by which Python."""
    if before == PLAIN:
        with plain() as tree:
            yield tree, sys.executable
    else:
        with as_it_was(before) as tree:
            yield tree, tree / ".venv" / "bin" / "python"


def main(before: str) -> int:
    if lacking := why_not():
        print(lacking, file=sys.stderr)
        return 2
    with other(before) as beside, serving(*beside) as was, serving(ROOT, sys.executable) as are:
        print(f"{os.cpu_count()} cores, load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
        then, now = asyncio.run(in_turn((was, are), (asked_of(was), asked_of(are))))
        print(f"load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(*table(then, now), sep="\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except subprocess.CalledProcessError:
        sys.exit(2)
