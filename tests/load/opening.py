"""`make opening`: the morning on which bookings open, in proportion: 20 000 demands in a minute, 1 000 readers beside.

Both ways, on a PostgreSQL as it comes: first come, each for one slot; and drawn, each of ranked lines
(`tests/load/opening_world.py`). The clients stand on the machine that serves; each demand is timed from the moment at
which it was to be made, so that what queues counts. The draw is held as a worker holds it; what it gave is held to its
replay. Exit code 1, and a line for each goal that was missed; with `TIMED=0`, on a machine that does something else
beside, answers may take their time.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.load.stock import stock

_open = ExitStack()
SECRET = "a secret of the bench, long enough to be one"
os.environ |= {"SECRET_KEY": SECRET, "PICCOLO_CONF": "booking.piccolo_conf"}
os.environ["DATABASE_URL"] = _open.enter_context(stock(migrated=True)).url

import msgspec  # noqa: E402
from msgspec.structs import replace  # noqa: E402

from booking.visits.draws.drawing import draw as draw_again  # noqa: E402
from booking.visits.draws.drawing_file import Snapshot, read_back, written  # noqa: E402
from booking.visits.draws.public_list import PublicDrawList, listed  # noqa: E402
from booking.visits.draws.queries import LAST, draw, draw_lines, frozen_file, left_by_draw  # noqa: E402
from booking.visits.reservations.hold_draw import hold_draws  # noqa: E402
from tests import builders  # noqa: E402
from tests.load.client import request  # noqa: E402
from tests.load.goals import Goals  # noqa: E402
from tests.load.opening_world import World, first_come_world, ranked_world  # noqa: E402
from tests.load.readers import Took, counted, reads, times  # noqa: E402
from tests.load.serving import free_port, serve  # noqa: E402
from tests.load.tastes import SEATS  # noqa: E402
from workshops.database import open_pool, row, rows, transaction, value  # noqa: E402

DEMANDS = int(os.environ.get("DEMANDS", "20000"))
SECONDS = float(os.environ.get("SECONDS", "60"))
READERS = int(os.environ.get("READERS", "1000"))
SLOTS = int(os.environ.get("SLOTS", "250"))
TIMED = os.environ.get("TIMED", "1") == "1"
HELD_IN = 30
CONNECTIONS = min(200, DEMANDS)
# How long a reader looks at a page before she asks for another.
LOOKS = (SECONDS / 10, SECONDS / 4.3)
# What a draw gave, by the numbers of its demands, and what its slots have left.
GIVEN = """SELECT d.number, r.slot, r.pupils FROM reservations r JOIN demands d ON d.id = r.demand
WHERE d.opening = $1 AND r.state IN ('requested', 'confirmed', 'offered')"""
SLOTS_LEFT = """SELECT id, seats - seats_taken AS seats, groups_max - groups_taken AS groups
FROM slots WHERE state = 'open'"""
SOLD = """SELECT sum(seats_taken) AS seats, max(seats_taken - seats) AS beyond,
  (SELECT sum(pupils) FROM reservations r JOIN slots o ON o.id = r.slot
   WHERE o.state = 'open' AND r.state IN ('requested', 'confirmed', 'offered')) AS pupils
FROM slots WHERE state = 'open'"""


async def asks(world: World, port: int) -> Took:
    """Each demand at its moment, over the connections that are free; a demand that finds none free waits for one."""
    took, chance = Took(), random.Random(2)
    moments = sorted(chance.random() * SECONDS for _ in world.demands)
    due = list(zip(moments, world.demands, strict=True))[::-1]
    began = time.perf_counter()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while due:
            moment, asked = due.pop()
            await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
            writer.write(request("POST", asked.path, port=port, token=asked.token, body=asked.body))
            status, told = await whole_answer(reader)
            took.seconds.append(time.perf_counter() - began - moment)
            took.said[answered(status, told)] += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return took


def answered(status: int, told: Mapping[str, Any]) -> str:
    """What a teacher learns: that she comes, at which rank she waits, or when the draw is."""
    match told:
        case {"state": "confirmed"}:
            return "booked"
        case {"state": "waiting", "rank": int(rank)} if rank > 0:
            return "waiting with its rank"
        case {"result": "", "draw_number": str(), "draws_at": str(hour)}:
            return f"in the draw of {hour}"
    return f"{status} {told.get('type', told.get('state'))}"


async def whole_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
    return int(head[9:12]), json.loads(await reader.readexactly(length))


async def a_morning(world: World, port: int) -> tuple[Took, Took, float]:
    over = asyncio.Event()
    reading = asyncio.create_task(reads(world.slots, port, over, readers=READERS, looks=LOOKS))
    await asyncio.sleep(LOOKS[0])
    began = time.perf_counter()
    asked = await asks(world, port)
    lasted = time.perf_counter() - began
    over.set()
    return asked, await reading, lasted


def show(goals: Goals, asked: Took, read: Took, lasted: float, told: Mapping[str, int]) -> None:
    """`told`: how many demands are to be told what."""
    count = f"{len(asked.seconds)} in {lasted:.0f} s: {counted(asked.said)}"
    goals.show("demands answered", count, counted(told), reached=asked.said == told)
    slow = asked.share(1.0)
    goals.show("a demand's answer, p50/p95/p99/worst", times(asked), "all under 3 s", reached=not TIMED or slow < 3)
    slow = read.share(0.95)
    goals.show("pages beside, p50/p95/p99/worst", times(read), "p95 under 200 ms", reached=not TIMED or slow < 0.2)
    pages = f"{read.said['200']} of {len(read.seconds)}"
    goals.show("pages beside that were given", pages, "all", reached=read.said["200"] == len(read.seconds) > 0)


async def first_come(port: int, goals: Goals) -> None:
    print("first come, first served")
    async with transaction():
        world = await first_come_world(DEMANDS, SLOTS)
    show(goals, *await a_morning(world, port), {"booked": SLOTS, "waiting with its rank": DEMANDS - SLOTS})
    await show_places(goals)


async def drawn(port: int, goals: Goals) -> None:
    print("drawn")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    days = {"first_on": (now + timedelta(days=35)).date(), "last_on": (now + timedelta(days=150)).date()}
    hours = {"opens_at": now - timedelta(minutes=1), "draws_at": now + timedelta(minutes=59)}
    async with transaction():
        await rows("UPDATE slots SET state = 'done'")
        world = await ranked_world(DEMANDS, SLOTS)
    opening = await builders.opening(**days, **hours, seed=secrets.token_bytes(32), first_weight=2)
    show(goals, *await a_morning(world, port), {f"in the draw of {hours['draws_at']:%Y-%m-%dT%H:%M:%SZ}": DEMANDS})
    began = time.perf_counter()
    held = await hold_draws(
        secret_key=SECRET,
        new_token=lambda: secrets.token_urlsafe(32),
        new_uid=lambda: f"{uuid.uuid4()}@technilab.example",
        now=hours["draws_at"],
    )
    took = time.perf_counter() - began
    over = await value("SELECT drawn_at IS NOT NULL FROM openings WHERE id = $1", opening)
    in_time = over and held == DEMANDS and (took < HELD_IN or not TIMED)
    goals.show("demands answered by the draw", f"{held} in {took:.1f} s", f"{DEMANDS} in {HELD_IN} s", reached=in_time)
    await show_replay(opening, goals)


async def show_replay(opening: int, goals: Goals) -> None:
    """What came of the draw, demand by demand and slot by slot, is what its file gives to whoever draws it again."""
    seen, kept = await draw(opening), await frozen_file(opening)
    assert seen is not None and kept is not None
    file = replace(read_back(kept.file), seed=kept.seed)
    public = listed(seen, await draw_lines(opening, limit=LAST), await left_by_draw(opening))
    equal, told = await asyncio.to_thread(replayed, file, public)
    goals.show("replayed from the whole file", told, "Égal", reached=equal)
    again = draw_again(file)
    as_drawn = {(answer.number, seats.slot, seats.pupils) for answer in again.answers for seats in answer.seats}
    given = {(place["number"], place["slot"], place["pupils"]) for place in await rows(GIVEN, opening)}
    left = {(slot["id"], slot["seats"], slot["groups"]) for slot in await rows(SLOTS_LEFT)}
    same = given == as_drawn and left == {(place.slot, place.seats, place.groups) for place in again.left}
    goals.show("places given", "as drawn" if same else "otherwise", "as drawn", reached=same)
    sold = await row(SOLD)
    beyond = max(0, sold["beyond"])
    goals.show("beyond a slot's seats", str(beyond), "0", reached=sold["seats"] == sold["pupils"] and not beyond)


def replayed(file: Snapshot, public: PublicDrawList) -> tuple[bool, str]:
    """Whether `technilab draw` finds the list equal to what the file gives, and what it says first."""
    with tempfile.TemporaryDirectory() as folder:
        whole, listing = Path(folder) / "tirage-entier.json", Path(folder) / "tirage.json"
        whole.write_bytes(written(file))
        listing.write_bytes(msgspec.json.encode(public))
        command = [sys.executable, "-m", "booking", "draw", str(whole), "--list", str(listing)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    told = (ran.stdout or ran.stderr).splitlines()[0]
    return ran.returncode == 0 and told.startswith("Égal"), told


async def show_places(goals: Goals) -> None:
    sold = await row(SOLD)
    figure = f"{sold['seats']}, beyond a slot's seats {max(0, sold['beyond'])}"
    right = (sold["seats"], sold["pupils"], sold["beyond"]) == (SLOTS * SEATS, SLOTS * SEATS, 0)
    goals.show("places sold", figure, f"{SLOTS * SEATS}, 0", reached=right)


async def main() -> int:
    print(
        f"{DEMANDS} demands in {SECONDS:.0f} s for {SLOTS * SEATS} places in {SLOTS} slots, {READERS} readers beside;"
    )
    print(f"load of the machine before: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    goals, port = Goals(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = serve(port, folder)
        try:
            async with open_pool(size=4):
                for morning in (first_come, drawn):
                    await morning(port, goals)
        finally:
            server.terminate()
            server.wait()
    print(f"load of the machine after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    return goals.end()


if __name__ == "__main__":
    try:
        missed = asyncio.run(main())
    finally:
        _open.close()
    sys.exit(missed)
