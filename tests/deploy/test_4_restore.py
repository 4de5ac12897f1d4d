"""The database as it was at an instant, from the copies and the WAL that pgBackRest keeps."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.command_line import data_folder, free_port
from tests.crossing import until
from tests.faults.cluster import Cluster

AS = ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups") if os.geteuid() == 0 else ()
SEATS = "SELECT id, seats_taken FROM slots WHERE id = ANY($1)"


@pytest.fixture
def beside() -> Iterator[Path]:
    """A folder that the database's account may walk to."""
    with data_folder() as folder:
        folder.chmod(0o777)
        yield folder


async def test_it_comes_back_as_it_was_between_two_bookings(whole: Cluster, beside: Path):
    crowd = await asyncio.to_thread(whole.crowd, beside, clients=1, groups=1, slots=2)
    world = crowd.world
    leader = whole.leader()
    settings = whole.told()["settings"]
    repository = ("pgbackrest", f"--config={whole.folder}/db{leader}/pgbackrest.conf", "--stanza=technilab")
    socket, port = whole.folder / f"db{leader}", settings[f"POSTGRES{leader}"].rpartition(":")[2]
    await run(*repository, "--type=full", "backup")
    await asyncio.sleep(2)  # a copy serves for the instants from the second after it on
    await book(whole, world, slot=0)
    then = await ask(whole.url("WRITE1"), "SELECT clock_timestamp()")
    await book(whole, world, slot=1)
    psql = ("psql", "--host", str(socket), "--port", port, "--username", "postgres", "--quiet", "--command")
    await run(*psql, "SELECT pg_switch_wal()")
    first, second = (one["id"] for one in world["slots"])
    assert await restored(repository, beside, then, world, settings) == {first: 24, second: 0}


async def restored(
    repository: tuple[str, ...], folder: Path, then: datetime, world: dict, settings: dict[str, str]
) -> dict[int, int]:
    """The seats that the database of that instant says are taken."""
    data, port = folder / "data", free_port()
    await run("mkdir", "--mode=700", str(data))
    await run(
        *(*repository, "restore", f"--pg1-path={data}"),
        *("--type=time", f"--target={then:%Y-%m-%d %H:%M:%S.%f+00}", "--target-action=promote"),
    )
    words = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c archive_mode=off"
    control = (str(Path(settings["POSTGRES_PROGRAMS"]) / "pg_ctl"), "--pgdata", str(data), "--wait")
    await run(*control, "start", f"--options={words}", f"--log={data}/log")
    try:
        url = f"postgresql://technilab:{settings['TECHNILAB_PASSWORD']}@127.0.0.1:{port}/technilab"
        connection = await asyncpg.connect(url)
        await until(lambda: connection.fetchval("SELECT NOT pg_is_in_recovery()"))
        seats = {
            row["id"]: row["seats_taken"]
            for row in await connection.fetch(SEATS, [one["id"] for one in world["slots"]])
        }
        await connection.close()
        return seats
    finally:
        await run(*control, "stop", "--mode=fast")


async def run(*words: str) -> None:
    done = await asyncio.to_thread(subprocess.run, [*AS, *words], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


async def ask(url: str, sql: str) -> datetime:
    connection = await asyncpg.connect(url)
    told: datetime = await connection.fetchval(sql)
    await connection.close()
    return told


async def book(cluster: Cluster, world: dict, *, slot: int) -> None:
    body = {"slot_id": world["slots"][slot]["id"], "group_id": world["groups"][0][0], "pupils": 24, "adults": 2}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{cluster.port}", timeout=30) as client:
        key = {"Authorization": f"Bearer {world['teachers'][0]}"}
        answer = await client.post("/api/v1/reservations", json=body, headers=key)
    assert answer.status_code == 201, answer.text
