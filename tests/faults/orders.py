"""`DATABASE_URL=… SECRET_KEY=… python -m tests.faults.orders`: what a fault run is about, as JSON.

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
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.people.accounts.token import issue_token
from tests import builders
from workshops.database import pool, transaction, value

SEATS, GROUPS_MAX = 48, 3


async def key_of(role: str, school: int, *, now: datetime) -> str:
    address, token = f"{role}.{secrets.token_hex(4)}@example.org", secrets.token_urlsafe(32)
    await builders.membership(await builders.account(address), role, school=school)
    await issue_token(address, token=token, now=now)
    return token


async def a_world(*, clients: int, groups: int, slots: int) -> dict[str, Any]:
    """Keys, groups by client, slots, and the badges of a visit under way."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    lycee = await builders.school(kind="lycee")
    taught = await builders.workshop(host=lycee)
    starts = [now + timedelta(days=30 + n // 2, hours=4 * (n % 2)) for n in range(slots)]
    colleges = [await builders.school() for _ in range(clients)]
    under_way = await builders.slot(
        workshop=taught, starts_at=now - timedelta(hours=1), hours=8, seats=200, groups_max=8
    )
    visits = [
        await builders.reservation(slot=under_way, group=await builders.group(school=college))
        for college in colleges[:8]
    ]
    return {
        "host": await key_of("host", lycee, now=now),
        "teachers": [await key_of("teacher", college, now=now) for college in colleges],
        "groups": [[await builders.group(school=college) for _ in range(groups)] for college in colleges],
        "slots": [
            {
                "id": await builders.slot(workshop=taught, starts_at=at, seats=SEATS, groups_max=GROUPS_MAX),
                "seats": SEATS,
                "groups_max": GROUPS_MAX,
            }
            for at in starts
        ],
        "desk": under_way,
        "badges": [token for visit in visits for token in await builders.badges(visit)],
    }


async def main(clients: int, groups: int, slots: int) -> None:
    os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
    async with pool(size=2), transaction():
        # Another world beside those of earlier runs.
        builders._numbers = itertools.count(1000 + 40 * await value("SELECT count(*) FROM schools"))
        print(json.dumps(await a_world(clients=clients, groups=groups, slots=slots)))


if __name__ == "__main__":
    asyncio.run(main(*(int(number) for number in sys.argv[1:4])))
