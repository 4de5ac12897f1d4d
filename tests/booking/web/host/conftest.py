"""Where every test of these pages starts."""

from __future__ import annotations

import pytest

from tests.booking.web.host.lycee import Lycee, a_lycee


@pytest.fixture
async def lycee(db) -> Lycee:
    return await a_lycee()
