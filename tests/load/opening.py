"""`make opening`: the morning on which bookings open, in proportion: 20 000 demands in a minute, 1 000 readers beside.

Both ways, first come and drawn. The clients stand on the machine that serves; each demand is timed from the moment at
which it was to be made, so that what queues counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests import database

NAME = f"opening_{os.getpid()}"
SECRET = "a secret of the bench, long enough to be one"
os.environ |= {"SECRET_KEY": SECRET, "DATABASE_URL": database.clone(NAME), "PICCOLO_CONF": "booking.piccolo_conf"}

from booking.people.accounts.token import issue_token  # noqa: E402
from booking.visits.draws.queries import LAST, draw, draw_lines  # noqa: E402
from booking.visits.draws.rules import Ticket, drawn_order  # noqa: E402
from booking.visits.reservations.hold_draw import hold_draws  # noqa: E402
from tests import builders  # noqa: E402
from tests.load.client import answer, request  # noqa: E402
from tests.load.serving import free_port, serve  # noqa: E402
from workshops.database import pool, row, rows, value  # noqa: E402

DEMANDS = int(os.environ.get("DEMANDS", "20000"))
SECONDS = float(os.environ.get("SECONDS", "60"))
READERS = int(os.environ.get("READERS", "1000"))
SLOTS, SEATS, PUPILS = 250, 24, 24
TEACHERS, CONNECTIONS = 400, 200
# How long a reader looks at a page before she asks for another.
LOOKS = (6.0, 14.0)
GROUPS = """INSERT INTO groups (school, name, level, pupils, school_year)
SELECT $1, 'g' || n, '4e', $3, '2026-2027' FROM generate_series(1, $2) n RETURNING id"""


@dataclass
class Took:
    """Seconds that answers took, and what they said."""

    seconds: list[float] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)

    def share(self, part: float) -> float:
        return sorted(self.seconds)[min(int(part * len(self.seconds)), len(self.seconds) - 1)] if self.seconds else 0.0


@dataclass
class World:
    """Slots that everybody wants, and who wants them: a token with a group of its collège, each for one demand."""

    slots: list[int]
    demands: list[tuple[str, int]]


async def a_world() -> World:
    now = datetime.now(UTC)
    taught = await builders.workshop(objects=(await builders.tech_object(),))
    starts = [now + timedelta(days=40 + n // 10, hours=n % 10 / 2) for n in range(SLOTS)]
    slots = [await builders.slot(workshop=taught, starts_at=at, seats=SEATS) for at in starts]
    demands = []
    for _ in range(TEACHERS):
        email = f"{secrets.token_hex(8)}@example.org"
        college, account = await builders.school(), await builders.account(email)
        await builders.membership(account, "teacher", school=college)
        token = secrets.token_urlsafe(32)
        await issue_token(email, token=token, now=now)
        own = await rows(GROUPS, college, -(-DEMANDS // TEACHERS), PUPILS)
        demands += [(token, one["id"]) for one in own]
    random.Random(1).shuffle(demands)
    return World(slots, demands[:DEMANDS])


async def asks(world: World, port: int) -> Took:
    """Each demand at its moment, over the connections that are free; a demand that finds none free waits for one."""
    took, chance = Took(), random.Random(2)
    moments = sorted(chance.random() * SECONDS for _ in world.demands)
    due = list(zip(moments, world.demands, strict=True))[::-1]
    began = time.perf_counter()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while due:
            moment, (token, group) = due.pop()
            await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
            body = {
                "slot_id": chance.choice(world.slots),
                "group_id": group,
                "pupils": PUPILS,
                "adults": 2,
                "wait": True,
            }
            sent = request("POST", "/api/v1/reservations", port=port, token=token, body=json.dumps(body).encode())
            writer.write(sent)
            status, told = await whole_answer(reader)
            took.seconds.append(time.perf_counter() - began - moment)
            took.said[told.get("state") or f"{status} {told.get('type', '')}"] += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return took


async def whole_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
    return int(head[9:12]), json.loads(await reader.readexactly(length))


async def reads(world: World, port: int, over: asyncio.Event) -> Took:
    """Visitors who look at the list, and at a slot now and then, each on her own connection."""
    took, chance = Took(), random.Random(3)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(chance.random() * LOOKS[1])
        while not over.is_set():
            path = "/creneaux" if chance.random() < 0.7 else f"/creneaux/{chance.choice(world.slots)}"
            began = time.perf_counter()
            writer.write(request("GET", path, port=port))
            status, _ = await answer(reader)
            took.said[str(status)] += 1
            took.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(chance.uniform(*LOOKS))
        writer.close()

    await asyncio.gather(*(one() for _ in range(READERS)))
    return took


async def a_morning(port: int) -> tuple[Took, Took, float]:
    world, over = await a_world(), asyncio.Event()
    reading = asyncio.create_task(reads(world, port, over))
    await asyncio.sleep(LOOKS[0])
    began = time.perf_counter()
    asked = await asks(world, port)
    lasted = time.perf_counter() - began
    over.set()
    return asked, await reading, lasted


def show(asked: Took, read: Took, lasted: float) -> None:
    said = ", ".join(f"{count} {what}" for what, count in sorted(asked.said.items()))
    print(f"  demands answered                {len(asked.seconds):6} in {lasted:.0f} s: {said}   goal {DEMANDS}")
    print(f"  a demand's answer, p50/p95/worst {times(asked)}   goal all under 3 s")
    print(f"  pages beside, p50/p95/worst      {times(read)}, {dict(read.said)}   goal p95 under 200 ms")


def times(took: Took) -> str:
    return " / ".join(f"{1000 * took.share(part):.0f} ms" for part in (0.5, 0.95, 1.0))


async def first_come(port: int) -> None:
    print("first come, first served")
    show(*await a_morning(port))
    sold = await row("SELECT sum(seats_taken) AS seats, max(seats_taken - seats) AS over FROM slots")
    over = max(0, sold["over"])
    print(f"  places sold                      {sold['seats']}, beyond a slot's seats {over}   goal 6000, 0")


async def drawn(port: int) -> None:
    print("drawn")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    days = {"first_on": (now + timedelta(days=35)).date(), "last_on": (now + timedelta(days=100)).date()}
    hours = {"opens_at": now - timedelta(minutes=1), "draws_at": now + timedelta(minutes=59)}
    opening = await builders.opening(**days, **hours, seed=secrets.token_bytes(32), first_weight=2)
    await rows("UPDATE slots SET state = 'closed'")
    show(*await a_morning(port))
    began = time.perf_counter()
    held = await hold_draws(secret_key=SECRET, new_token=lambda: secrets.token_urlsafe(32), now=hours["draws_at"])
    print(f"  the draw                         {held} answered in {time.perf_counter() - began:.1f} s")
    sold = await value("SELECT sum(seats_taken) FROM slots WHERE state = 'open'")
    seen, lines = await draw(opening), await draw_lines(opening, limit=LAST)
    again = drawn_order(bytes.fromhex(seen.seed), [Ticket(one.number, one.weight) for one in lines])
    same = "equal" if [one.number for one in again] == [one.number for one in lines] else "DIFFERENT"
    print(f"  places given                     {sold}; replayed from the public list: {same}   goal 6000, equal")


async def main() -> None:
    print(
        f"{DEMANDS} demands in {SECONDS:.0f} s for {SLOTS * SEATS} places in {SLOTS} slots, {READERS} readers beside;"
    )
    print(f"load of the machine before: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    mornings: list[Callable[[int], Awaitable[None]]] = [first_come, drawn]
    with tempfile.TemporaryDirectory() as folder:
        for morning in mornings:
            port = free_port()
            server = serve(port, folder)
            try:
                async with pool(size=4):
                    await morning(port)
            finally:
                server.terminate()
                server.wait()
    print(f"load of the machine after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    finally:
        database.drop(NAME)
