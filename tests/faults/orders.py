"""`DATABASE_URL=… SECRET_KEY=… python -m tests.faults.orders '{"clients": 4, …}'`: what a fault run is about, as JSON.

One lycée whose slots all lie at other hours, a slot under way with its badges, and collèges with groups: each teacher's
and the host's key are told to the clients alone.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import secrets
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.people.accounts.token import issue_token
from tests import builders
from workshops.database import open_pool, transaction, value

SEATS, GROUPS_MAX = 48, 3
DRAWN_SLOTS, DRAWN_IN_DAYS = 40, 200
LOOKS = 15  # seconds: a worker looks for a draw at 1, 16, 31, 46


async def key_of(role: str, school: int, *, now: datetime) -> str:
    address, token = f"{role}.{secrets.token_hex(4)}@example.org", secrets.token_urlsafe(32)
    await builders.membership(await builders.account(address), role, school=school)
    await issue_token(address, token=token, now=now)
    return token


async def a_world(*, clients: int, groups: int, slots: int, entrants: int = 0, drawn_in: float = 0.0) -> dict[str, Any]:
    """Keys, groups by client, slots, and the badges of a visit under way.

    With `entrants`, as many groups a client enter the draw of an opening, which is held in `drawn_in` seconds or a
    little later: when a worker next looks for one.
    """
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    lycee = await builders.school(kind="lycee")
    taught = await builders.workshop(host=lycee)
    colleges = [await builders.school() for _ in range(clients)]
    under_way = await builders.slot(
        workshop=taught, starts_at=hour - timedelta(hours=1), hours=8, seats=200, groups_max=8
    )
    visits = [
        await builders.reservation(slot=under_way, group=await builders.group(school=college))
        for college in colleges[:8]
    ]
    return {
        "lycee": await value("SELECT uai FROM schools WHERE id = $1", lycee),
        "host": await key_of("host", lycee, now=now),
        "teachers": [await key_of("teacher", college, now=now) for college in colleges],
        "groups": [await groups_of(college, groups) for college in colleges],
        "slots": await slots_of(taught, hour + timedelta(days=30), slots),
        "desk": under_way,
        "badges": [token for visit in visits for token in await builders.badges(visit)],
        "entrants": [await groups_of(college, entrants) for college in colleges],
        "draw": await a_draw(taught, now + timedelta(seconds=drawn_in)) if entrants else None,
    }


async def groups_of(college: int, several: int) -> list[int]:
    return [await builders.group(school=college) for _ in range(several)]


async def slots_of(taught: int, first: datetime, several: int) -> list[dict[str, int]]:
    """Slots at other hours, so that none overlap."""
    starts = [first + timedelta(days=n // 2, hours=4 * (n % 2)) for n in range(several)]
    kept = {"seats": SEATS, "groups_max": GROUPS_MAX}
    return [{"id": await builders.slot(workshop=taught, starts_at=at, **kept), **kept} for at in starts]


async def a_draw(taught: int, held_at: datetime) -> dict[str, Any]:
    """An opening in the hour of its demands, which ends when the workers are about to look for a draw to hold."""
    held_at = held_at.replace(microsecond=0) + timedelta(seconds=LOOKS - held_at.second % LOOKS)
    first = held_at.replace(minute=0, second=0) + timedelta(days=DRAWN_IN_DAYS)
    days = {"first_on": first.date() - timedelta(days=2), "last_on": first.date() + timedelta(days=DRAWN_SLOTS)}
    hours = {"opens_at": held_at - timedelta(hours=1), "draws_at": held_at}
    opening = await builders.opening(**days, **hours, seed=secrets.token_bytes(32), first_weight=2)
    return {
        "opening": opening,
        "slots": await slots_of(taught, first, DRAWN_SLOTS),
        "held_at": held_at.timestamp() + time.monotonic() - time.time(),
    }


async def main(*, size: dict[str, Any]) -> None:
    os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
    async with open_pool(size=2), transaction():
        # Another world beside those of earlier runs.
        builders._numbers = itertools.count(1000 + 40 * await value("SELECT count(*) FROM schools"))
        print(json.dumps(await a_world(**size)))


if __name__ == "__main__":
    asyncio.run(main(size=json.loads(sys.argv[1])))
