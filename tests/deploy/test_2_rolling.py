"""Web machines and workers restart one after the other under load: nobody notices."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import asyncpg

from tests.faults.clients import Clients, Log
from tests.faults.cluster import Cluster
from tests.faults.verify import verify
from tests.smtp import PostOffice

ANSWERS = {200, 201, 409}
WAITING = "SELECT count(*) FROM notices WHERE state = 'queued'"
UNTOLD = "SELECT count(*) FROM events_to_tell"


async def test_no_request_is_dropped_and_no_mail_leaves_twice(whole: Cluster, post: PostOffice, tmp_path: Path):
    world = await asyncio.to_thread(whole.world)
    log = Log(tmp_path / "clients.jsonl")
    clients = Clients(whole.port, world, log, rate=40)
    running = asyncio.create_task(clients.run())
    await asyncio.sleep(2)
    for name in ("web1", "worker1", "web2", "worker2"):
        await asyncio.to_thread(whole.say, "restart", name)
        await asyncio.sleep(1)
    clients.stop()
    await running
    dropped = [(line["what"], line["status"], line["said"]) for line in log.lines if line["status"] not in ANSWERS]
    assert dropped == []
    assert (await verify(log.lines, whole.url("WRITE1"))).clean
    await _all_told(whole)
    times = Counter(mail.message["Message-ID"] for mail in post.mails)
    assert len(times) > 100
    assert {name: n for name, n in times.items() if n > 1} == {}


async def _all_told(cluster: Cluster) -> None:
    """Wait until nothing waits to be sent."""
    connection = await asyncpg.connect(cluster.url("WRITE1"))
    deadline = time.monotonic() + 90
    while await connection.fetchval(UNTOLD) or await connection.fetchval(WAITING):
        assert time.monotonic() < deadline, "mails wait still"
        await asyncio.sleep(0.5)
    await connection.close()
