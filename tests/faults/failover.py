"""One failover under a steady rate of acts: how long nobody could book, and what of the clients' logs is missing."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from tests.faults.cluster import Cluster, until
from tests.faults.crowd import Crowd
from tests.faults.verify import verify

# What dies: whether Patroni does too, and within how many seconds somebody books again.
KINDS = {"PostgreSQL alone": False, "Patroni and PostgreSQL": True}
GOALS = {"PostgreSQL alone": 15, "Patroni and PostgreSQL": 35}
RATE = 300.0
BEFORE = 3.0
SETTLED = 1.5
AT_MOST = 90.0
TRIES = 3


@dataclass(frozen=True)
class Failover:
    """Seconds without one booking, acts a second before it, all acts, and what is wrong of them afterwards.

    `missing` by the database, of which `oversold` are slots; `contradictions` by the rules, `wrong_late` those that
    only pages read on a standby show, of which there were `pages`.
    """

    seed: int
    gap: float
    rate: float
    acts: int
    pages: int
    missing: list[str]
    oversold: list[str]
    contradictions: list[str]
    wrong_late: list[str]


def fail_over(cluster: Cluster, logs: Path, *, patroni_too: bool) -> Failover:
    """Kill the leader's PostgreSQL, with its Patroni where asked, and see who books again and when."""
    crowd = cluster.crowd(logs)
    cluster.let_in(crowd, rate=RATE, seed=(seed := random.randrange(10**6)))
    try:
        until(lambda: bool(crowd.acts()), AT_MOST, lambda: "the clients do nothing")
        acting = time.monotonic()
        # Whoever died before comes back meanwhile.
        until(cluster.whole, AT_MOST, lambda: str(cluster.members()))
        time.sleep(max(0.0, acting + BEFORE - time.monotonic()))
        killed_at = time.monotonic()
        for _ in range(TRIES):
            leader = cluster.leader()
            since = time.monotonic()
            if patroni_too:
                cut_power(cluster, leader)
            else:
                kill_tree(cluster.pid(f"postgres{leader}"))
            until(lambda since=since: settled(crowd, since), AT_MOST, lambda: f"nobody books: {cluster.members()}")
            # Where the others of a busy machine do not answer Patroni in time, it starts who was killed again.
            if cluster.leader() != leader:
                break
        assert cluster.leader() != leader, "who was killed leads still"
        if patroni_too:
            cluster.say("start", f"patroni{leader}")
        crowd.call_home()
        acts = crowd.come_home()
    finally:
        crowd.stop()
    missing = asyncio.run(verify(acts, cluster.url("WRITE1"), desk=crowd.world["desk"]))
    done = [act for act in acts if not act.late]
    before = [act for act in done if act.ended is not None and killed_at - BEFORE < act.ended < killed_at]
    wrong = [str(one) for one in crowd.contradictions(late=False)]
    return Failover(
        seed=seed,
        gap=max(silences(crowd, killed_at)),
        rate=len(before) / BEFORE,
        acts=len(done),
        pages=len({(act.client, act.began) for act in acts if act.late}),
        missing=[one for one in missing if not one.startswith("the seats")],
        oversold=[one for one in missing if one.startswith("the seats")],
        contradictions=wrong,
        wrong_late=[] if wrong else [str(one) for one in crowd.contradictions()],
    )


def kill_tree(pid: int) -> None:
    """As a power cut does: nothing of it ends in order, and nothing lives on to see another end.

    A backend that sees its postmaster gone waits for no standby any more, and its neighbours show what it wrote, which
    nobody else has: all of them stand still first.
    """
    os.kill(pid, signal.SIGSTOP)
    every = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for one in every:
            with suppress(ProcessLookupError):
                os.kill(one, number)


def cut_power(cluster: Cluster, number: int) -> None:
    """Of a database machine; Patroni first: while it lives it starts a PostgreSQL that is gone again."""
    victims = [cluster.pid(name) for name in (f"patroni{number}", f"postgres{number}")]
    for victim in victims:
        kill_tree(victim)


def silences(crowd: Crowd, killed_at: float) -> list[float]:
    """The seconds from one acknowledged booking to the next, since the leader was killed."""
    return [later - sooner for sooner, later in pairwise(_booked(crowd, killed_at))]


def _booked(crowd: Crowd, killed_at: float) -> list[float]:
    done = (act.ended for act in crowd.acts() if act.act == "book" and act.answer == "done" and act.ended is not None)
    return [killed_at, *sorted(at for at in done if at > killed_at)]


def settled(crowd: Crowd, killed_at: float) -> bool:
    """Whether bookings have gone on for a while since the first that came after a silence."""
    silent = [later for sooner, later in pairwise(_booked(crowd, killed_at)) if later - sooner > 1.0]
    return bool(silent) and time.monotonic() - silent[-1] > SETTLED
