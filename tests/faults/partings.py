"""A door of the site away, etcd, or a leader away from it: who may still book, and that no two leaders ever
acknowledge."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Literal

import asyncpg

from tests.faults.cluster import NOT_THERE, Cluster, until
from tests.faults.crowd import Crowd
from tests.faults.failover import cut_power, kill_tree
from tests.faults.gated import around, own_postgres, to_etcd
from tests.faults.lose import AT_MOST, RATE, compared

TTL = 20.0
# Longer than the leader's place lasts in etcd, twice.
LASTS = 45.0
# One look of Patroni, its patience with etcd and with its members, and the machine's own.
STOPS_WITHIN = 30.0
WROTE = "BEGIN; SELECT pg_logical_emit_message(true, 'inside', 'inside'); COMMIT"


@dataclass(frozen=True)
class Parting:
    """How long it lasted, the longest time without a booking in it, whether any was made once it had settled, acts
    that nobody answered, and what is wrong."""

    lasted: float
    silence: float
    booked: bool
    acts: int
    errors: int
    wrong: list[str]


@dataclass(frozen=True)
class Away:
    """What goes, how it is given back, and who must lead meanwhile: who led before, another, or nobody; for how long it
    is away, and after which time all has settled."""

    goes: Callable[[Cluster, int], None]
    returns: Callable[[Cluster, int], None]
    leads: Literal["who led", "another", "nobody"]
    lasts: float = LASTS
    settles: float = STOPS_WITHIN


def part(cluster: Cluster, logs: Path, kind: str, *, seed: str) -> Parting:
    """Take it away, look for so long, give it back, and compare."""
    dice, away = random.Random(seed), PARTINGS[kind]
    until(cluster.alike, AT_MOST, lambda: f"{cluster.members()} {cluster.timelines()}")
    crowd = cluster.crowd(logs)
    cluster.let_in(crowd, rate=RATE, seed=dice.randrange(10**6))
    try:
        until(lambda: bool(crowd.acts()), AT_MOST, lambda: "the clients do nothing")
        time.sleep(dice.uniform(1, 4))
        leader, gone_at = cluster.leader(), time.monotonic()
        with Inside(cluster, leader) as inside:
            away.goes(cluster, leader)
            time.sleep(away.lasts)
            ended_at = time.monotonic()
            leads = cluster.members()
        away.returns(cluster, leader)
        until(cluster.alike, AT_MOST, lambda: f"{cluster.members()} {cluster.timelines()}")
        until(lambda: bool(_booked(crowd, time.monotonic() - 5)), AT_MOST, lambda: "nobody books again")
        wrong = compared(cluster, crowd)
    finally:
        crowd.stop()
    at = [gone_at, *(when for when in _booked(crowd, gone_at) if when < ended_at), ended_at]
    booked = any(when > gone_at + away.settles for when in at[1:-1])
    wrong += [] if booked == (away.leads != "nobody") else [f"booked: {booked}, {leads}"]
    if away.leads == "who led" and leads.get(leader) != "leader":
        wrong.append(f"who led does not any more: {leads}")
    if away.leads == "another":
        wrong += inside.wrong(at[1:-1])
    return Parting(
        lasted=ended_at - gone_at,
        silence=max(later - sooner for sooner, later in pairwise(at)),
        booked=booked,
        acts=len(crowd.acts()),
        errors=sum(act.ended is None for act in crowd.acts()),
        wrong=wrong,
    )


@dataclass
class Inside:
    """Somebody on the leader's own machine, who writes on as long as it says that it wrote."""

    cluster: Cluster
    leader: int
    began: float = 0.0
    wrote: list[float] = field(default_factory=list)
    led_until: float = 0.0

    def __enter__(self) -> Inside:
        self._over, self.began = Event(), time.monotonic()
        self._writes = Thread(target=lambda: asyncio.run(self._write()), daemon=True)
        self._writes.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._writes.join()

    def wrong(self, outside: list[float]) -> list[str]:
        """Two that acknowledged at a time, or one that led for longer than its place lasts."""
        silent = [later for sooner, later in pairwise([self.began, *outside]) if later - sooner > TTL / 4]
        wrong = []
        if silent and (both := [at for at in self.wrote if at > silent[0]]):
            wrong.append(f"{len(both)} writes were acknowledged by who led before, beside another")
        if self.led_until - self.began > TTL:
            wrong.append(f"who led took itself for the leader for {self.led_until - self.began:.1f} s")
        return wrong

    async def _write(self) -> None:
        told = self.cluster.superuser(self.leader) | {"port": own_postgres(self.cluster.port, self.leader)}
        while not self._over.is_set():
            with suppress(*NOT_THERE):
                connection = await asyncpg.connect(**told, timeout=2)
                try:
                    if not await connection.fetchval("SELECT pg_is_in_recovery()", timeout=2):
                        self.led_until = time.monotonic()
                        await connection.execute(WROTE, timeout=2)
                        self.wrote.append(time.monotonic())
                finally:
                    connection.terminate()
            await asyncio.sleep(0.2)


def _booked(crowd: Crowd, since: float) -> list[float]:
    done = (act.ended for act in crowd.acts() if act.act == "book" and act.answer == "done" and act.ended is not None)
    return sorted(at for at in done if at > since)


def stop_etcds(cluster: Cluster, leader: int) -> None:
    """Two of three: nobody can agree on anything."""
    for number in (1, 2):
        kill_tree(cluster.pid(f"etcd{number}"))


def stop_etcds_and_a_standby(cluster: Cluster, leader: int) -> None:
    """The one that only follows: whoever confirms is there, and yet nobody knows what the third would say."""
    [follower] = [number for number, role in cluster.members().items() if role == "replica"]
    stop_etcds(cluster, leader)
    cut_power(cluster, follower)


def start_the_dead(cluster: Cluster, leader: int) -> None:
    living = {one["name"] for one in cluster.told()["processes"]}
    for name in [f"{role}{number}" for role in ("etcd", "patroni") for number in (1, 2, 3)]:
        if name not in living:
            cluster.say("start", name)


def cut_from_etcd(cluster: Cluster, leader: int) -> None:
    cluster.turn("still", *to_etcd(leader))


def join_etcd(cluster: Cluster, leader: int) -> None:
    cluster.turn("open", *to_etcd(leader))


def cut_from_all(cluster: Cluster, leader: int) -> None:
    cluster.turn("still", *around(leader))


def join_all(cluster: Cluster, leader: int) -> None:
    cluster.turn("open", *around(leader))


def kill_nginx(cluster: Cluster, leader: int) -> None:
    """Of the entry, with its workers: on its machine nobody answers people any more."""
    kill_tree(cluster.pid("nginx1"))


def kill_haproxy(cluster: Cluster, leader: int) -> None:
    """Of one application machine: its nginx asks the other's, its web process is without the database."""
    kill_tree(cluster.pid("haproxy1"))


def start_nginx(cluster: Cluster, leader: int) -> None:
    cluster.back("nginx1")


def start_haproxy(cluster: Cluster, leader: int) -> None:
    cluster.back("haproxy1")


PARTINGS = {
    "one nginx": Away(kill_nginx, start_nginx, "who led", lasts=15, settles=5),
    "one HAProxy": Away(kill_haproxy, start_haproxy, "who led", lasts=15, settles=10),
    "two etcd": Away(stop_etcds, start_the_dead, "who led"),
    "two etcd and one standby": Away(stop_etcds_and_a_standby, start_the_dead, "nobody"),
    "etcd, from the leader": Away(cut_from_etcd, join_etcd, "who led"),
    "all, from the leader": Away(cut_from_all, join_all, "another"),
}
