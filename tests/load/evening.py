"""`make evening`: bookings open on the cluster of deploy/ at an hour that everybody knows, and its leader dies.

20 000 demands come at 333 a second, each under a key of its own fixed beforehand, 1 000 readers beside; at second 30
the machine that leads the databases dies as in a power cut. A demand that is told to come back (429 or 503 with
`Retry-After`) does so, under the same key, until it is decided; one whose connection breaks is sent again. At the end
what the clients were told is held to what the database keeps, as sets. The exit code is 1 when these differ, when a
seat was sold twice, or when anybody saw 502, 504 or a page of error; the times are goals, said beside. The clients
stand on the machine that serves.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import asyncpg
import msgspec

from tests.command_line import ROOT, data_folder
from tests.faults.cluster import Cluster, until, why_not
from tests.faults.failover import cut_power, kill_tree
from tests.faults.lose import AT_MOST
from tests.faults.site import Helper
from tests.load.client import request
from tests.load.goals import Goals
from tests.load.opening_world import Request, World
from tests.load.readers import Took, counted, reads, times
from tests.load.tastes import SEATS

ANSWERED_IN, COMES_BACK_IN = 15, 30
# Of all demands, by a second of the evening.
DECIDED = {75: 0.6, 240: 1.0}
# A client that hears nothing for so long takes its connection for dead; nginx answers before.
PATIENCE = 90.0
AGAIN_AFTER = 1.0
OURS = ("application/json", "application/problem+json")
STORED = """SELECT idempotency_key AS key, id, CASE WHEN state = 'waiting' THEN 'waiting' ELSE 'booked' END AS said
FROM reservations WHERE idempotency_key = ANY ($1::varchar[])"""
SOLD = """SELECT coalesce(sum(seats_taken), 0) AS seats, coalesce(max(seats_taken - seats), 0) AS beyond,
  coalesce(bool_or(seats_taken <> (SELECT coalesce(sum(pupils), 0) FROM reservations r WHERE r.slot = s.id
    AND r.state IN ('requested', 'confirmed', 'locked', 'offered'))), false) AS otherwise
FROM slots s WHERE id = ANY ($1::int[])"""


@dataclass(frozen=True)
class Plan:
    """How many demands come in how many seconds for how many slots, with how many readers; when the leader dies, and
    how long everybody goes on at most."""

    demands: int = int(os.environ.get("DEMANDS", "20000"))
    seconds: float = float(os.environ.get("SECONDS", "60"))
    slots: int = int(os.environ.get("SLOTS", "250"))
    readers: int = int(os.environ.get("READERS", "1000"))
    dies_at: float = float(os.environ.get("DIES_AT", "30"))
    ends_at: float = 900.0

    @property
    def looks(self) -> tuple[float, float]:
        """How long a reader looks at a page before she asks for another."""
        return self.seconds / 10, self.seconds / 4.3


@dataclass
class Told:
    """What the clients of an evening were told: of each of their keys its reservation and whether it is booked or
    waits, what was refused for good, at which seconds; what nobody should have seen. `unknown`: keys whose last answer
    does not say whether they are decided, if the evening ended before they were."""

    keys: list[str]
    acknowledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    decided_at: list[float] = field(default_factory=list)
    took: Took = field(default_factory=Took)
    sent_again: Counter[str] = field(default_factory=Counter)
    waits: list[int] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    read: Took = field(default_factory=Took)

    def decided_by(self, second: float) -> int:
        """How many demands were decided by then."""
        return sum(at <= second for at in self.decided_at)

    @property
    def silence(self) -> float:
        """The longest time without a decision, in seconds."""
        every = sorted(self.decided_at)
        return max((later - sooner for sooner, later in pairwise(every)), default=0.0)


@dataclass(frozen=True)
class Kept:
    """What the database keeps of it: of each key its reservation, seats, how many beyond a slot's, and whether a slot's
    seats are otherwise than those of its groups."""

    stored: set[tuple[str, int, str]]
    seats: int
    beyond: int
    otherwise: bool


async def an_evening(port: int, world: World, plan: Plan, *, dies: Callable[[], object]) -> Told:
    """Everybody comes at her moment; `dies` is called at its second."""
    chance, over = random.Random(2), asyncio.Event()
    told = Told([str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in world.demands])
    reading = asyncio.create_task(reads(world.slots, port, over, readers=plan.readers, looks=plan.looks))
    began = time.perf_counter()
    moments = sorted(chance.random() * plan.seconds for _ in world.demands)
    asking = [
        asyncio.create_task(_ask(port, demand, key, told, over, began=began, moment=moment))
        for demand, key, moment in zip(world.demands, told.keys, moments, strict=True)
    ]
    await asyncio.sleep(max(0.0, began + plan.dies_at - time.perf_counter()))
    await asyncio.to_thread(dies)
    await asyncio.wait(asking, timeout=began + plan.ends_at - time.perf_counter())
    over.set()
    await asyncio.gather(*asking)
    told.read = await reading
    return told


async def _ask(
    port: int, demand: Request, key: str, told: Told, over: asyncio.Event, *, began: float, moment: float
) -> None:
    """One demand, from its moment until it is decided or the evening is over."""
    asked = request("POST", demand.path, port=port, token=demand.token, body=demand.body, key=key)
    await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
    while not over.is_set():
        sent = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, head, body = await _exchange(port, asked)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            told.unknown.add(key)
            told.sent_again["no answer"] += 1
            await _pause(over, AGAIN_AFTER)
            continue
        told.took.seconds.append(time.perf_counter() - sent)
        told.took.said[str(status)] += 1
        wait, ours = head.get("retry-after", ""), head.get("content-type", "").partition(";")[0] in OURS
        if ours and status in {429, 503} and wait.isdecimal():
            told.sent_again[str(status)] += 1
            told.waits.append(int(wait))
            told.unknown.add(key)
            await _pause(over, int(wait))
        elif not ours or status >= 500:
            told.unknown.add(key)
            told.errors[f"{status} {body[:80].decode(errors='replace')}".strip()] += 1
            await _pause(over, AGAIN_AFTER)
        else:
            told.unknown.discard(key)
            _decided(key, status, json.loads(body), told)
            told.decided_at.append(time.perf_counter() - began)
            return


async def _pause(over: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await over.wait()


async def _exchange(port: int, asked: bytes) -> tuple[int, dict[str, str], bytes]:
    """Asked on a connection of its own, as each teacher has: status, head and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(asked)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        head = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return int(lines[0][9:12]), head, await reader.readexactly(int(head.get("content-length", "0")))
    finally:
        writer.close()


def _decided(key: str, status: int, said: Mapping[str, object], told: Told) -> None:
    match said:
        case {"id": int(reservation), "state": "confirmed" | "waiting" as state} if status in {200, 201}:
            told.acknowledged[key] = (reservation, "booked" if state == "confirmed" else "waiting")
        case _:
            told.refused[key] = f"{status} {said.get('type', said.get('state'))}"


async def kept_of(database_url: str, world: World, keys: Sequence[str]) -> Kept:
    """What the database that leads keeps of these keys."""
    connection = await asyncpg.connect(database_url)
    try:
        stored = {(row["key"], row["id"], row["said"]) for row in await connection.fetch(STORED, keys)}
        sold = await connection.fetchrow(SOLD, world.slots)
    finally:
        await connection.close()
    return Kept(stored, sold["seats"], sold["beyond"], sold["otherwise"])


def lay(cluster: Cluster, plan: Plan) -> World:
    """Its collèges, groups and slots, in the cluster's database."""
    told = {"DATABASE_URL": cluster.url("WRITE1"), "SECRET_KEY": cluster.told()["settings"]["SECRET_KEY"]}
    command = [sys.executable, "-m", "tests.load.evening_world", str(plan.demands), str(plan.slots)]
    laid = subprocess.run(command, env=os.environ | told, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    return msgspec.json.decode(laid, type=World)


def lived(cluster: Cluster, plan: Plan, goals: Goals, *, patroni_too: bool = True) -> None:
    """An evening of this cluster, its figures beside their goals; the leader's machine comes back at the end."""
    until(cluster.alike, AT_MOST, lambda: f"{cluster.members()} {cluster.timelines()}")
    world, leader = lay(cluster, plan), cluster.leader()

    def dies() -> None:
        if patroni_too:
            cut_power(cluster, leader)
        else:
            kill_tree(cluster.pid(f"postgres{leader}"))

    told = asyncio.run(an_evening(cluster.port, world, plan, dies=dies))
    kept = asyncio.run(kept_of(cluster.url("WRITE1"), world, told.keys))
    show(told, kept, plan, goals)
    leads = cluster.leader()
    # Where the others of a busy machine do not answer in time, who was killed is started again, and leads.
    goals.show("who led and who leads", f"machine {leader}, {leads}", "another", reached=leads != leader, must=False)
    if patroni_too:
        cluster.back(f"patroni{leader}")


def show(told: Told, kept: Kept, plan: Plan, goals: Goals) -> None:
    """Each figure beside its goal: what must be, then the times that are aimed at."""
    acknowledged = {(key, *what) for key, what in told.acknowledged.items()}
    stored = {each for each in kept.stored if each[0] not in told.unknown}
    apart = f"{len(acknowledged - stored)} only acknowledged, {len(stored - acknowledged)} only stored"
    figure = f"{len(acknowledged)} and {len(stored)}: {apart}; {len(told.unknown)} that nobody knows"
    goals.show("acknowledged and stored", figure, "equal as sets", reached=acknowledged == stored)
    said = Counter(said for _, said in told.acknowledged.values()) + Counter(told.refused.values())
    expected = Counter({"booked": plan.slots, "waiting": len(told.decided_at) - plan.slots})
    goals.show("what was said to those decided", counted(said), counted(expected), reached=said == expected)
    right = kept.seats == plan.slots * SEATS and not kept.beyond and not kept.otherwise
    sold = f"{kept.seats}; {max(0, kept.beyond)}"
    goals.show("places sold; beyond a slot's seats", sold, f"{plan.slots * SEATS}; 0", reached=right)
    errors = told.errors + Counter({what: n for what, n in told.read.said.items() if what in {"500", "502", "504"}})
    goals.show("502, 504, pages of error", counted(errors) or "none", "none", reached=not errors)
    slow = sum(seconds > ANSWERED_IN for seconds in told.took.seconds)
    goals.show(
        "an answer, p50/p95/p99/worst", times(told.took), f"within {ANSWERED_IN} s", reached=not slow, must=False
    )
    again = f"{counted(told.sent_again) or 'none'}, after {max(told.waits, default=0)} s at most"
    in_time = max(told.waits, default=0) <= COMES_BACK_IN and not told.sent_again["no answer"]
    goals.show("sent again", again, f"429 or 503, {COMES_BACK_IN} s at most", reached=in_time, must=False)
    for second, part in DECIDED.items():
        share = told.decided_by(second) / plan.demands
        goals.show(f"decided by second {second}", f"{share:.1%}", f"{part:.0%}", reached=share >= part, must=False)
    print(f"  {'all decided; longest silence':36} {max(told.decided_at, default=0.0):.0f} s; {told.silence:.1f} s")
    seconds = max(told.decided_at, default=1.0)
    pages = f"{counted(told.read.said)}; {len(told.read.seconds) / seconds:.0f} a second"
    print(f"  {'pages beside':36} {pages}; p50/p95/p99/worst {times(told.read)}")


def main(plan: Plan) -> int:
    if lacking := why_not():
        print(lacking, file=sys.stderr)
        return 2
    each = plan.demands / plan.seconds
    print(f"{plan.demands} demands, {each:.0f} a second, for {plan.slots} slots, {plan.readers} readers beside;")
    print(f"the leader dies at second {plan.dies_at:.0f}; TLS between machines; all of it on {os.cpu_count()} cores")
    goals = Goals()
    # On the machine's own disk, as it would be.
    with data_folder(Path(tempfile.gettempdir())) as home:
        post = Helper(["tests.faults.post", str(home / "mails.jsonl")])
        try:
            cluster = Cluster(home, SMTP_URL=f"smtp://127.0.0.1:{post.hear()}")
            try:
                print(f"load of the machine before: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
                lived(cluster, plan, goals)
            finally:
                cluster.stop()
        finally:
            post.running.terminate()
    print(f"load of the machine after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    return goals.end()


if __name__ == "__main__":
    sys.exit(main(Plan()))
