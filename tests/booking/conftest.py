"""The day of a visit, for whatever is done on it, and a host's program there."""

from __future__ import annotations

import pytest

from tests.booking.day.checkin.day import Day, a_day
from tests.browsing import Machine


@pytest.fixture
async def day(db) -> Day:
    return await a_day()


@pytest.fixture
async def machine(app, day) -> Machine:
    return Machine(app, await day.token())
