"""A page timed as the server makes it, never as it keeps it."""

from __future__ import annotations

import os
import statistics

from tests.browsing import Browser
from tests.load.processes import processes_of, spent
from workshops.database import rows, value

CHANGED = "INSERT INTO versions (scope, raised) VALUES (0, 1)"
"""As after an act that every kept answer is made of."""


async def measured(office: Browser, path: str, *, times: int) -> float:
    """The median of several answers after a first one, in milliseconds that this process and PostgreSQL spend of their
    processors, which the load of others does not move; nothing is kept from one to the next."""
    # What helpers spend would be told of nobody.
    await rows("SET max_parallel_workers_per_gather = 0")
    took = []
    for _ in range(times + 1):
        await rows(CHANGED)
        asked = processes_of(os.getpid(), await value("SELECT current_database()"))
        before = spent(asked)
        answer = await office.get(path)
        took.append(spent(asked) - before)
        assert answer.status_code == 200, path
    return statistics.median(took[1:])
