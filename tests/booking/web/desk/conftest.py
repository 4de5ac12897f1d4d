"""A host at her desk, at four past nine on the day of the visit."""

from __future__ import annotations

import pytest

from tests.booking.web.desk.test_desk import host_of
from tests.browsing import Browser


@pytest.fixture
async def browser(app, day) -> Browser:
    return await host_of(app, day)
