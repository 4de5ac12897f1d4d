"""Standbys that fall behind or go are told to whoever watches."""

from __future__ import annotations

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from tests.crossing import until as asked_until
from tests.faults.cluster import Cluster, until
from tests.faults.failover import cut_power

# The cache's second, and what a standby is behind beside all the rest on one machine.
SEEN_WITHIN = 3.0


@dataclass(frozen=True)
class Site:
    """The cluster's entry, as a teacher and a machine that watches use it."""

    cluster: Cluster
    world: dict[str, Any]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.cluster.port}"

    def book(self) -> int:
        """The next group has the next slot, which is returned; a program that learns nothing sends the same again."""
        slot, group = self.world["slots"].pop()["id"], self.world["groups"][0].pop()
        body = {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2}
        headers = {"Authorization": f"Bearer {self.world['teachers'][0]}", "Idempotency-Key": f"slot {slot}"}
        deadline = time.monotonic() + 60
        while True:
            answer = httpx.post(f"{self.url}/api/v1/reservations", json=body, headers=headers, timeout=60)
            if answer.status_code == 201:
                return int(slot)
            assert answer.status_code == 503, answer.text
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.5)

    def standbys(self) -> list[int]:
        """The one that follows, then the one that confirms."""
        named = {role: number for number, role in self.cluster.members().items()}
        return [named["replica"], named["sync_standby"]]

    def ready(self) -> tuple[str, dict[str, Any]]:
        """Whether a web machine serves, and what it says of the standbys."""
        told = httpx.get(f"{self.url}/health/ready", timeout=30).json()
        return told["state"], told["checks"]["standbys"]

    def metric(self, name: str) -> float | None:
        """A figure as Prometheus reads it of a web machine, by its own address."""
        settings = self.cluster.told()["settings"]
        key = {"Authorization": f"Bearer {settings['METRICS_TOKEN']}"}
        said = httpx.get(f"http://{settings['WEB1']}/metrics", headers=key, timeout=30).text
        found = re.search(rf"^technilab_{name} (\S+)$", said, re.MULTILINE)
        return float(found[1]) if found else None


@pytest.fixture(scope="module")
def site(cluster: Cluster, tmp_path_factory) -> Site:
    return Site(cluster, cluster.crowd(tmp_path_factory.mktemp("visitors"), clients=1, groups=120, slots=120).world)


async def test_a_standby_that_falls_behind_is_told(whole: Cluster, site: Site):
    follower, _ = site.standbys()
    connection = await asyncpg.connect(**whole.superuser(follower))

    async def is_told() -> bool:
        # Patroni, which looks every five seconds, has a standby go on that does not.
        await connection.execute("SELECT pg_wal_replay_pause()")
        site.book()
        await asyncio.sleep(0.2)
        return (site.metric("replica_lag_seconds") or 0) > 0.5

    try:
        await asked_until(is_told)
    finally:
        await connection.execute("SELECT pg_wal_replay_resume()")
        await connection.close()


def test_a_visitor_sees_within_a_moment_what_was_booked(site: Site):
    late = []
    for _ in range(3):
        slot, booked_at = site.book(), time.monotonic()
        seen = None
        while seen != 24:
            asked_at = time.monotonic()
            shown = httpx.get(f"{site.url}/api/v1/slots?limit=200&school={site.world['lycee']}", timeout=30).json()
            seen = next(one["seats_free"] for one in shown["items"] if one["id"] == slot)
            time.sleep(0.05)
        late.append(asked_at - booked_at)
    assert max(late) < SEEN_WITHIN, late


def test_without_a_standby_nothing_is_acknowledged_and_with_one_back_it_is(whole: Cluster, site: Site):
    assert site.ready() == ("ready", {"ok": True, "figure": 2})
    follower, confirms = site.standbys()
    for left, gone in ((1, follower), (0, confirms)):
        cut_power(whole, gone)
        until(lambda left=left: site.metric("standbys_streaming") == left, 60, lambda: str(whole.members()))
        # A good answer is kept for a second.
        until(lambda left=left: site.ready() == ("ready", {"ok": False, "figure": left}), 60, lambda: str(site.ready()))
    with ThreadPoolExecutor(1) as beside:
        booking = beside.submit(site.book)
        # Whether nobody is waited for any more, or anybody, is Patroni's to say at its next look.
        until(lambda: confirming(whole) in {"", "*"}, 60, lambda: confirming(whole))
        with pytest.raises(TimeoutError):
            booking.result(timeout=1)
        whole.say("start", f"patroni{confirms}")
        assert booking.result(timeout=90)
    whole.say("start", f"patroni{follower}")


def confirming(cluster: Cluster) -> str:
    """Whose word the leader waits for before it acknowledges."""

    async def ask() -> str:
        connection = await asyncpg.connect(cluster.url(f"POSTGRES{cluster.leader()}"))
        names: str = await connection.fetchval("SHOW synchronous_standby_names")
        await connection.close()
        return names

    return asyncio.run(ask())
