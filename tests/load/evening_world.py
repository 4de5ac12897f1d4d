"""`DATABASE_URL=… SECRET_KEY=… python -m tests.load.evening_world DEMANDS SLOTS`: who asks for what on an evening."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys

import msgspec

from tests import builders
from tests.load.opening_world import first_come_world
from workshops.database import open_pool, rows, transaction, value

MAILS = 1000


async def main(demands: int, slots: int) -> None:
    os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
    async with open_pool(size=2):
        async with transaction():
            # Beside those that stand there already.
            builders._numbers = itertools.count(1000 + 40 * await value("SELECT count(*) FROM schools"))
            world = await first_come_world(demands, slots)
        # What a site that has lived for a day knows of its tables: many mails have left, and none waits.
        await builders.sent_mails(MAILS, event=await value("SELECT max(id) FROM events"))
        await rows("ANALYZE")
    sys.stdout.buffer.write(msgspec.json.encode(world))


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
