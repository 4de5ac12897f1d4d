"""A test's database is emptied after it, even where a process that the test killed has not quite ended."""

from __future__ import annotations

import asyncio
import os

import asyncpg
from asyncpg import DeadlockDetectedError

from tests import builders
from tests.conftest import TABLES, forget_all
from tests.crossing import WAITING, until
from workshops.database import rows, value


async def test_emptying_goes_before_the_last_act_of_a_process_that_was_killed(db):
    await builders.slot(host=await builders.school(kind="lycee"))
    killed = await asyncpg.connect(os.environ["DATABASE_URL"])
    act = killed.transaction()
    await act.start()
    # The later of the two is held, and the earlier, which is emptied by then, is asked for.
    earlier, later = (row["tablename"] for row in await rows(TABLES) if row["tablename"] in {"schools", "slots"})
    await killed.execute(f"SELECT 1 FROM {later} FOR UPDATE")
    emptying = asyncio.create_task(forget_all())
    await until(lambda: killed.fetchval(WAITING))
    (ended,) = await asyncio.gather(killed.execute(f"SELECT 1 FROM {earlier} FOR UPDATE"), return_exceptions=True)
    await act.rollback()
    await killed.close()
    await emptying
    assert type(ended) is DeadlockDetectedError
    assert await value("SELECT count(*) FROM schools") == 0
