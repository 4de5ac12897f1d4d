"""What the clients act on, laid into the cluster's database: `python -m tests.faults.world` prints it as JSON.

DATABASE_URL names the primary, SECRET_KEY is the cluster's: badges are signed with it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import secrets
from datetime import UTC, datetime, timedelta

os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")

from booking.people.accounts.token import issue_token
from tests import builders
from workshops.database import pool, transaction, value

SLOTS = int(os.environ.get("SLOTS", "600"))
GROUPS = 8
SEATS = 120  # five of the eight groups that ask


async def main() -> None:
    now = datetime.now(UTC)
    async with pool(size=2), transaction():
        # Another world beside those of earlier runs.
        builders._numbers = itertools.count(1000 + 40 * await value("SELECT count(*) FROM schools"))
        college, lycee = await builders.school(), await builders.school(kind="lycee")
        keys = {}
        for role, school in (("teacher", college), ("host", lycee)):
            account = await builders.account(f"{role}.{secrets.token_hex(4)}@example.org")
            await builders.membership(account, role, school=school)
            keys[role] = secrets.token_urlsafe(32)
            email = await value("SELECT email FROM accounts WHERE id = $1", account)
            await issue_token(email, token=keys[role], now=now)
        taught = await builders.workshop(host=lycee, objects=(await builders.tech_object(),))
        slots = [
            await builders.slot(workshop=taught, starts_at=now + timedelta(days=30 + n), seats=SEATS, groups_max=8)
            for n in range(SLOTS)
        ]
        groups = [await builders.group(school=college) for _ in range(GROUPS)]
        desk = await builders.slot(workshop=taught, starts_at=now - timedelta(hours=1), seats=200, groups_max=8)
        visits = [await builders.reservation(slot=desk, group=group, by=1) for group in groups]
        badges = [token for visit in visits for token in await builders.badges(visit)]
    told = {**keys, "slots": slots, "groups": groups, "desk": desk, "badges": badges}
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main())
