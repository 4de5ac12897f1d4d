"""The coordinator, who composes the file, on 11 January 2027."""

from __future__ import annotations

import pytest

from tests import builders
from tests.browsing import Browser
from tests.builders import NOW


@pytest.fixture
async def nadia(db):
    """The coordinator's account."""
    account = await builders.person("coordinator", "nadia@example.org", name="Nadia Perrin")
    return account


@pytest.fixture
async def office(app, nadia):
    """The coordinator's browser."""
    app.state.clock = lambda: NOW
    return await Browser(app, now=NOW).sign_in(nadia)
