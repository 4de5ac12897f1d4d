"""The faults that a run may do to a site, each of them healed at its end."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil
from redis import Redis

from tests.command_line import eventually
from tests.faults.site import Process, Site, backends_of, serves

Fault = Callable[[Site, random.Random], None]
HURT = (1.0, 3.0)
# Several demands are told in one transaction: what is killed after a step is in the middle of the next.
DRAW_STEPS = {
    "frozen": "SELECT bool_or(frozen_at IS NOT NULL) FROM openings",
    "ranked": "SELECT bool_or(ranked_at IS NOT NULL) FROM openings",
    "told": "SELECT bool_or(result <> '') FROM demands WHERE rank IS NOT NULL",
}
# Each of its demands waits for the seats of a slot that clients act on, on whatever the machine has left.
DRAWN_WITHIN = 300.0
DRAWN = "SELECT bool_and(drawn_at IS NOT NULL) FROM openings"


def for_a_while(dice: random.Random) -> None:
    time.sleep(dice.uniform(*HURT))


def kill_web(site: Site, dice: random.Random) -> None:
    """A web machine dies and is started again."""
    _killed(dice.choice([site.web1, site.web2]), dice)


def kill_worker(site: Site, dice: random.Random) -> None:
    """A worker dies in the middle of what it does and is started again."""
    _killed(dice.choice([site.worker1, site.worker2]), dice)


def kill_backend(site: Site, dice: random.Random) -> None:
    """One process of PostgreSQL dies: it throws everybody out and recovers."""
    with suppress(IndexError, psutil.NoSuchProcess):
        dice.choice(backends_of(site.primary)).kill()
    for_a_while(dice)


def crash_database(site: Site, dice: random.Random) -> None:
    """PostgreSQL dies and is started again on the same disk."""
    site.primary.stop("immediate")
    for_a_while(dice)
    site.primary.start()


def fail_over(site: Site, dice: random.Random) -> None:
    """The primary dies and the standby takes its place; the dead one comes back as its standby."""
    site.fail_over()
    for_a_while(dice)
    site.rebuild()


def pause_web(site: Site, dice: random.Random) -> None:
    """A web machine stands still, and goes on with what it had begun."""
    with _paused(dice.choice([site.web1, site.web2])):
        for_a_while(dice)


def pause_worker(site: Site, dice: random.Random) -> None:
    """A worker stands still, and goes on with what it had begun."""
    with _paused(dice.choice([site.worker1, site.worker2])):
        for_a_while(dice)


def pause_database(site: Site, dice: random.Random) -> None:
    """All that PostgreSQL serves stands still."""
    paused = backends_of(site.primary)
    for one in paused:
        with suppress(psutil.NoSuchProcess):
            one.suspend()
    for_a_while(dice)
    for one in paused:
        with suppress(psutil.NoSuchProcess):
            one.resume()


def flush_queue(site: Site, dice: random.Random) -> None:
    """The queue forgets all that it held."""
    Redis.from_url(site.queue.url()).flushall()
    for_a_while(dice)


def crash_queue(site: Site, dice: random.Random) -> None:
    """The queue is away for a while."""
    site.queue.stop()
    for_a_while(dice)
    site.queue.start()


def stall_post(site: Site, dice: random.Random) -> None:
    """The mail server takes mails and does not say so."""
    site.post.say("still")
    for_a_while(dice)
    site.post.say("open")


def cut_answers(site: Site, dice: random.Random) -> None:
    """What is asked arrives, what is answered does not."""
    _shut(site, dice, dice.choice(["web1", "web2"]), "cut")


def cut_commits(site: Site, dice: random.Random) -> None:
    """PostgreSQL's answers do not arrive, so that nobody knows what was committed."""
    _shut(site, dice, site.doors[site.primary.port], "cut")


def still_database(site: Site, dice: random.Random) -> None:
    """Nothing passes to PostgreSQL, and nothing says so."""
    _shut(site, dice, site.doors[site.primary.port], "still")


def partition(site: Site, dice: random.Random) -> None:
    """A web machine is cut off from everything."""
    assert site.net is not None
    site.net.turn("down")
    for_a_while(dice)
    site.net.turn("up")


def fill_disk(site: Site, dice: random.Random) -> None:
    """PostgreSQL's disk is full; once there is room again it is started if it went."""
    assert site.disk is not None
    room = os.statvfs(site.disk)
    filler = site.disk / "filler"
    with filler.open("wb") as full, suppress(OSError):
        os.posix_fallocate(full.fileno(), 0, room.f_bavail * room.f_frsize - 65536)
    for_a_while(dice)
    filler.unlink()
    for server in (site.primary, site.standby):
        if not _lives(server.folder / "postmaster.pid"):
            (server.folder / "postmaster.pid").unlink(missing_ok=True)
            server.start()


def move_clock(site: Site, dice: random.Random) -> None:
    """A web machine comes up with its clock ten minutes wrong, before or behind, until it is started again."""
    right = site.web1.told
    for clock in (site.shifting(dice.choice(["+600", "-600"])), {}):
        site.web1.kill()
        site.web1.told = right | clock
        site.web1.start()
        eventually(lambda: serves(site.ports["own1"]), "a web machine does not come up")
        if clock:
            for_a_while(dice)


def break_draw(site: Site, dice: random.Random) -> None:
    """Both workers die in the middle of a draw, and PostgreSQL with them; whoever is back first goes on with it."""
    site.broken_at = asyncio.run(_in_the_middle(site, dice.choice(list(DRAW_STEPS))))
    site.primary.stop("immediate")
    for_a_while(dice)
    site.primary.start()
    for worker in (site.worker1, site.worker2):
        worker.start()
    eventually(lambda: site.primary.ask(DRAWN) == "t", "the draw is not held", within=DRAWN_WITHIN)


EVERY: tuple[Fault, ...] = (
    *(kill_web, kill_worker, kill_backend, crash_database, fail_over, pause_web, pause_worker, pause_database),
    *(flush_queue, crash_queue, stall_post, cut_answers, cut_commits, still_database, partition, fill_disk, move_clock),
)


def possible(site: Site) -> tuple[list[Fault], list[str]]:
    """The faults that this machine can have, and in words those that it cannot."""
    lacking = {
        partition: "" if site.net else "no network namespace (ip netns, as root)",
        fill_disk: "" if site.disk else "no disk of its own (tmpfs, as root)",
        move_clock: "" if site.shifting("+0") else "no clock of its own (Debian's faketime)",
    }
    skipped = [f"{fault.__name__}: {why}" for fault, why in lacking.items() if why]
    return [fault for fault in EVERY if not lacking.get(fault)], skipped


def _killed(process: Process, dice: random.Random) -> None:
    process.kill()
    for_a_while(dice)
    process.start()


async def _in_the_middle(site: Site, step: str) -> str:
    """Kill both workers once the draw has come to this step; returns the step at which they died."""
    connection = await asyncpg.connect(site.primary.url)
    deadline = time.monotonic() + DRAWN_WITHIN
    while not await connection.fetchval(DRAW_STEPS[step]):
        assert time.monotonic() < deadline, f"nobody holds the draw: it is not {step}"
    for worker in (site.worker1, site.worker2):
        worker.signal(signal.SIGKILL)
    for worker in (site.worker1, site.worker2):
        worker.kill()
    reached = [name for name, asked in DRAW_STEPS.items() if await connection.fetchval(asked)]
    await connection.close()
    return reached[-1]


@contextmanager
def _paused(process: Process) -> Iterator[None]:
    process.signal(signal.SIGSTOP)
    yield
    process.signal(signal.SIGCONT)


def _shut(site: Site, dice: random.Random, door: str, how: str) -> None:
    site.gates.say(f"{door} {how}")
    for_a_while(dice)
    site.gates.say(f"{door} open")


def _lives(pid_file: Path) -> bool:
    try:
        return psutil.pid_exists(int(pid_file.read_text().split()[0]))
    except FileNotFoundError:
        return False
