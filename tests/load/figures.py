"""`make bench`: the pages of figures, five school years of the whole programme behind them, as the server spends it."""

from __future__ import annotations

import asyncio
import os

from tests import database

NAME = f"figures_{os.getpid()}"
os.environ |= {
    "SECRET_KEY": "a secret of the tests, long enough to be one",
    "DATABASE_URL": database.clone(NAME),
    "PICCOLO_CONF": "booking.piccolo_conf",
    "DEMO": "1",
    "BASE_URL": "http://127.0.0.1:8000",
}

from booking.app import create_app  # noqa: E402
from tests.browsing import Browser  # noqa: E402
from tests.journeys.five_years import AUTUMNS, READ_AT, FiveYears  # noqa: E402
from tests.load.afresh import measured  # noqa: E402
from workshops.database import open_pool  # noqa: E402

GOAL_MS = 150
TIMES = 15


async def main() -> None:
    async with open_pool(size=1):
        world = await FiveYears.begin()
        for autumn in AUTUMNS:
            await world.live(autumn)
        office = await Browser(create_app(now=lambda: READ_AT), now=READ_AT).sign_in(world.cast.coordinator)
        cohort = world.ledger.cohorts[0].id
        for path, what in (
            ("/gestion", "the board"),
            ("/gestion/ptech", "8 schemes, 40 cohorts, 120 companies"),
            (f"/gestion/ptech/cohortes/{cohort}", "a cohort after five years"),
            ("/gestion/bts1", "10 courses"),
            ("/gestion/equite", "equity"),
        ):
            print(f"{path:28} {what:44} {await measured(office, path, times=TIMES):8.0f} ms   goal {GOAL_MS} ms")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    finally:
        database.drop(NAME)
