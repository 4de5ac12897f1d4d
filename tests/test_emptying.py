"""A test's database is emptied after it, even where a process that the test killed has not quite ended."""

from __future__ import annotations

import asyncio
import os

import asyncpg
from asyncpg import DeadlockDetectedError

from tests import builders
from tests.conftest import forget_all
from tests.crossing import WAITING, until
from workshops.database import value


async def test_emptying_goes_before_the_last_act_of_a_process_that_was_killed(db):
    await builders.slot(host=await builders.school(kind="lycee"))
    killed = await asyncpg.connect(os.environ["DATABASE_URL"])
    act = killed.transaction()
    await act.start()
    await killed.execute("SELECT 1 FROM schools FOR UPDATE")
    emptying = asyncio.create_task(forget_all())
    await until(lambda: killed.fetchval(WAITING))
    (ended,) = await asyncio.gather(killed.execute("SELECT 1 FROM slots FOR UPDATE"), return_exceptions=True)
    await act.rollback()
    await killed.close()
    await emptying
    assert type(ended) is DeadlockDetectedError
    assert await value("SELECT count(*) FROM schools") == 0
