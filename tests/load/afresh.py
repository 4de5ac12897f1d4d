"""A page timed as the server makes it, never as it keeps it."""

from __future__ import annotations

import statistics
import time

from tests.browsing import Browser
from workshops.database import rows

CHANGED = "INSERT INTO versions (scope, raised) VALUES (0, 1)"
"""As after an act that every kept answer is made of."""


async def measured(office: Browser, path: str, *, times: int) -> float:
    """The median of several answers, in milliseconds, after a first one; nothing is kept from one to the next."""
    spent = []
    for _ in range(times + 1):
        await rows(CHANGED)
        began = time.perf_counter()
        answer = await office.get(path)
        spent.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, path
    return statistics.median(spent[1:])
