"""A lycée's host and the coordinator at the pages of BTS+1, on 11 January 2027."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.web.host.lycee import APP, a_lycee
from tests.browsing import Browser
from tests.builders import NOW


@pytest.fixture
async def lycee(db):
    return await a_lycee()


@pytest.fixture
async def office(db):
    account = await builders.person("coordinator", "nadia@example.org", name="Nadia Perrin")
    return await Browser(APP, now=NOW).sign_in(account)
