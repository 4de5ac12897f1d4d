"""One leader lost under a steady rate of acts: how long nobody could book, and whether its machine comes back."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from tests.faults.cluster import Cluster, until
from tests.faults.crowd import Crowd
from tests.faults.failover import cut_power, settled, silences
from tests.faults.verify import verify

RATE = 60.0
AT_MOST = 120.0
STREAMS = "SELECT pid FROM pg_stat_replication"
# A commit that its standbys have not heard of, and that leaves nothing behind.
ALONE = "BEGIN; SET LOCAL synchronous_commit = local; SELECT pg_logical_emit_message(true, 'alone', 'alone'); COMMIT"


@dataclass(frozen=True)
class Lost:
    """Seconds without one booking, seconds from the leader's return until all is whole, acts, and what is wrong."""

    gap: float
    back: float
    acts: int
    wrong: list[str]


@dataclass(frozen=True)
class Loss:
    """How a leader goes, and how its machine is given back; `broken` is what does not work meanwhile."""

    goes: Callable[[Cluster, int], None]
    returns: Callable[[Cluster, int], None]
    broken: Callable[[Cluster], AbstractContextManager[None]] = lambda cluster: nullcontext()


def lose(cluster: Cluster, logs: Path, kind: str, *, seed: str) -> Lost:
    """Take the leader away, see that somebody else leads and all book, give it back, and compare."""
    dice, loss = random.Random(seed), LOSSES[kind]
    until(cluster.alike, AT_MOST, lambda: f"{cluster.members()} {cluster.timelines()}")
    crowd = cluster.crowd(logs)
    cluster.let_in(crowd, rate=RATE, seed=dice.randrange(10**6))
    try:
        until(lambda: bool(crowd.acts()), AT_MOST, lambda: "the clients do nothing")
        time.sleep(dice.uniform(1, 4))
        leader, lost_at = cluster.leader(), time.monotonic()
        with loss.broken(cluster):
            loss.goes(cluster, leader)
            until(lambda: settled(crowd, lost_at), AT_MOST, lambda: f"nobody books: {cluster.members()}")
            gap = max(silences(crowd, lost_at))
            loss.returns(cluster, leader)
            returned_at = time.monotonic()
            with suppress(AssertionError):
                until(cluster.alike, AT_MOST, str)
            back = time.monotonic() - returned_at
            late = [] if cluster.alike() else [f"not whole after {AT_MOST:.0f} s: {cluster.members()}"]
        wrong = compared(cluster, crowd)
    finally:
        crowd.stop()
    return Lost(gap=gap, back=back, acts=len(crowd.acts()), wrong=late + wrong)


def compared(cluster: Cluster, crowd: Crowd) -> list[str]:
    """What the clients were told that the database does not hold, or holds otherwise, once they have come home."""
    crowd.call_home()
    acts = crowd.come_home()
    missing = asyncio.run(verify(acts, cluster.url("WRITE1"), desk=crowd.world["desk"]))
    return missing + [str(one) for one in crowd.contradictions(late=False)]


def kill_ahead(cluster: Cluster, leader: int) -> None:
    """A power cut in the moment after a commit that no standby has."""

    async def write_alone() -> None:
        connection = await asyncpg.connect(**cluster.superuser(leader))
        for row in await connection.fetch(STREAMS):
            os.kill(row["pid"], signal.SIGSTOP)
        await connection.execute(ALONE)

    asyncio.run(write_alone())
    cut_power(cluster, leader)


def freeze(cluster: Cluster, leader: int) -> None:
    """The machine stands still."""
    _signal(cluster, leader, signal.SIGSTOP)


def thaw(cluster: Cluster, leader: int) -> None:
    """And goes on with what it had begun, as if it led still."""
    _signal(cluster, leader, signal.SIGCONT)


def kill_patroni(cluster: Cluster, leader: int) -> None:
    """PostgreSQL goes on, and nobody tells it that it leads no more."""
    os.kill(cluster.pid(f"patroni{leader}"), signal.SIGKILL)


def start_patroni(cluster: Cluster, leader: int) -> None:
    cluster.back(f"patroni{leader}")


def _signal(cluster: Cluster, leader: int, number: signal.Signals) -> None:
    for name in (f"patroni{leader}", f"postgres{leader}"):
        for one in [psutil.Process(cluster.pid(name)), *psutil.Process(cluster.pid(name)).children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(number)


LOSSES = {
    "killed": Loss(cut_power, start_patroni),
    "frozen": Loss(freeze, thaw),
    "its Patroni alone": Loss(kill_patroni, start_patroni),
    "killed, pg_rewind broken": Loss(kill_ahead, start_patroni, lambda cluster: cluster.pg_rewind.broken()),
}
