"""Web machines and workers restart one after the other under load: nobody notices."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from tests.faults.cluster import TOLD, Cluster
from tests.faults.verify import verify
from tests.smtp import PostOffice


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
    await asyncio.to_thread(whole.wait_until_told)
    times = Counter(mail.message["Message-ID"] for mail in post.mails)
    assert len(times) > 100
    assert {name: n for name, n in times.items() if n > 1} == {}
