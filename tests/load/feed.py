"""`make bench`: 500 open slots of a lycée as an agenda, read and written, kept nowhere: the quickest of five."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime

from msgspec.structs import replace

from tests import database

NAME = f"feed_{os.getpid()}"
SECRET = "a secret of the bench, long enough to be one"
os.environ |= {"SECRET_KEY": SECRET, "DATABASE_URL": database.clone(NAME), "PICCOLO_CONF": "booking.piccolo_conf"}

from booking.calendar.feeds.publish import publish  # noqa: E402
from booking.calendar.feeds.queries import open_slots  # noqa: E402
from booking.process.settings import read_settings  # noqa: E402
from tests.load.world import a_world  # noqa: E402
from workshops.database import open_pool, value  # noqa: E402


async def main() -> None:
    settings, took = read_settings({"DEMO": "1"}), []
    async with open_pool(size=2):
        await a_world()
        uai, now = await value("SELECT uai FROM schools WHERE kind = 'lycee'"), datetime.now(UTC)
        for _ in range(5):
            began = time.perf_counter()
            found = await open_slots(uai, host_name=settings.host, now=now)
            publish(replace(found, lines=found.lines[:500]), settings, now=now)
            took.append(time.perf_counter() - began)
    print(f"a feed of 500 entries, read and written: {min(took) * 1000:.0f} ms   goal 250 ms")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    finally:
        database.drop(NAME)
