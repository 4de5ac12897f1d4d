"""Web machines and workers restart one after the other under load: nobody notices."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import asyncpg

from tests.faults.cluster import Cluster
from tests.faults.verify import verify
from tests.smtp import PostOffice

# Acts that somebody is told of by mail, most of them.
TOLD = {"book": 8, "move": 3, "cancel": 5, "look": 2, "read": 6, "scan": 6}
WAITING = "SELECT count(*) FROM notices WHERE state = 'queued'"
UNTOLD = "SELECT count(*) FROM events_to_tell"


async def test_no_request_is_dropped_and_no_mail_leaves_twice(whole: Cluster, post: PostOffice, tmp_path: Path):
    crowd = await asyncio.to_thread(whole.crowd, tmp_path)
    whole.let_in(crowd, rate=20, seed=1, patience=60, acts=TOLD)
    await asyncio.sleep(2)
    for name in ("web1", "worker1", "web2", "worker2"):
        await asyncio.to_thread(whole.say, "restart", name)
        await asyncio.sleep(1)
    crowd.call_home()
    acts = await asyncio.to_thread(crowd.come_home)
    assert [act for act in acts if act.tries > 1 or act.ended is None] == []
    assert await verify(acts, whole.url("WRITE1"), desk=crowd.world["desk"]) == []
    await _all_told(whole)
    times = Counter(mail.message["Message-ID"] for mail in post.mails)
    assert len(times) > 100
    assert {name: n for name, n in times.items() if n > 1} == {}


async def _all_told(cluster: Cluster) -> None:
    """Wait until nothing waits to be sent."""
    connection = await asyncpg.connect(cluster.url("WRITE1"))
    deadline = time.monotonic() + 180
    while await connection.fetchval(UNTOLD) or await connection.fetchval(WAITING):
        assert time.monotonic() < deadline, "mails wait still"
        await asyncio.sleep(0.5)
    await connection.close()
