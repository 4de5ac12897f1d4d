"""`make bench`: the file for France 2030 on a country's data, gathered and drawn.

`python -m tests.load.report 1000` for fewer closed visits than the 100 000.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.load.board import NAME, NOW, country, fill  # before what reads where the database is

# isort: split
from booking.programme.report.draw_files import draw_files
from tests import database
from workshops.database import open_pool

YEAR = "2029-2030"
GOAL_S = 5
VISITS = 100_000


async def main(visits: int) -> None:
    past = country(visits)
    async with open_pool(size=1):
        await fill(past)
        # Nothing of it was asked before, as after a visit was closed: then once more.
        for words in ("its PDF, DOCX and sheet, nothing kept", "its PDF, DOCX and sheet, again"):
            began = time.perf_counter()
            await draw_files(YEAR, now=NOW)
            print(f"{words:40} {past.words:48} {time.perf_counter() - began:8.2f} s    goal {GOAL_S} s")


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[-1]) if len(sys.argv) > 1 else VISITS))
    finally:
        database.drop(NAME)
