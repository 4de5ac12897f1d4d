"""`DATABASE_URL=… SECRET_KEY=… python -m tests.load.evening_world DEMANDS SLOTS`: who asks for what on an evening."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys

import msgspec

from tests import builders
from tests.load.opening_world import first_come_world
from workshops.database import open_pool, transaction, value


async def main(demands: int, slots: int) -> None:
    os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
    async with open_pool(size=2), transaction():
        # Beside those that stand there already.
        builders._numbers = itertools.count(1000 + 40 * await value("SELECT count(*) FROM schools"))
        sys.stdout.buffer.write(msgspec.json.encode(await first_come_world(demands, slots)))


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
