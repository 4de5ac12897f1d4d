"""One failover under a steady rate of acts: how long nobody could book, and what of the clients' log is missing."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.faults.check_history import contradictions
from tests.faults.clients import Clients, Log, acknowledged_bookings, history
from tests.faults.cluster import Cluster, until
from tests.faults.models import Slot
from tests.faults.verify import Verdict, verify
from tests.faults.world import GROUPS, SEATS

BEFORE = 4.0
SETTLED = 3.0
AT_MOST = 90.0


@dataclass(frozen=True)
class Failover:
    """Seconds without one booking, acts a second before it, and what the log says of the database afterwards."""

    gap: float
    rate: float
    verdict: Verdict
    contradictions: list[str]

    @property
    def clean(self) -> bool:
        return self.verdict.clean and not self.contradictions


async def fail_over(cluster: Cluster, world: dict[str, Any], log: Path, *, patroni_too: bool) -> Failover:
    """Kill the leader's PostgreSQL, with its Patroni where asked, and see who books again and when."""
    await asyncio.to_thread(until, cluster.whole, AT_MOST, lambda: str(cluster.members()))
    leader = cluster.leader()
    victims = [cluster.pid(f"postgres{leader}"), *([cluster.pid(f"patroni{leader}")] if patroni_too else [])]
    written = Log(log)
    clients = Clients(cluster.port, world, written)
    running = asyncio.create_task(clients.run())
    await asyncio.sleep(BEFORE)
    rate = len(written.lines) / BEFORE
    killed_at = time.time()
    for victim in reversed(victims):
        kill_tree(victim)
    while not _settled(written, killed_at):
        assert time.time() - killed_at < AT_MOST, f"nobody books: {cluster.members()}"
        await asyncio.sleep(0.2)
    clients.stop()
    await running
    times = acknowledged_bookings(written.lines, after=killed_at)
    gap = max(later - sooner for sooner, later in zip([killed_at, *times], times, strict=False))
    verdict = await verify(written.lines, cluster.url("WRITE1"))
    if patroni_too:
        await asyncio.to_thread(cluster.say, "start", f"patroni{leader}")
    slots = {slot: Slot(slot, SEATS, GROUPS) for slot in world["slots"]}
    wrong = await asyncio.to_thread(contradictions, history(written.lines), slots)
    return Failover(gap, rate, verdict, [str(one) for one in wrong])


def kill_tree(pid: int) -> None:
    """As a power cut does: nothing of it ends in order."""
    below = psutil.Process(pid).children(recursive=True)
    for one in (pid, *(child.pid for child in below)):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def _settled(log: Log, killed_at: float) -> bool:
    """Whether bookings have gone on for a while since the first that came after a silence."""
    times = acknowledged_bookings(log.lines, after=killed_at)
    silent = [late for soon, late in zip([killed_at, *times], times, strict=False) if late - soon > 1.0]
    return bool(silent) and time.time() - silent[-1] > SETTLED
