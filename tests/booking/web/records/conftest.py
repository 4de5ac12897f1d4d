"""The coordinator and a lycée's host at the pages of records, on 11 January 2027."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.programme.records.story import HAAG, SIRET
from tests.browsing import Browser
from tests.builders import NOW


@pytest.fixture
async def haag(db):
    """Lycée Jules Haag, which the tables name, and the company that they name."""
    await builders.company(siret=SIRET, name="Zénith Montres")
    return await builders.school(kind="lycee", name="Lycée Jules Haag", uai=HAAG)


@pytest.fixture
async def nadia(db):
    """The coordinator's account."""
    account = await builders.person("coordinator", "nadia@example.org", name="Nadia Perrin")
    return account


@pytest.fixture
async def jules(haag):
    """The account of the lycée's host."""
    account = await builders.person("host", "jules@example.org", name="Jules Marchand", school=haag)
    return account


@pytest.fixture
async def office(app, haag, nadia):
    """The coordinator's browser."""
    app.state.clock = lambda: NOW
    return await Browser(app, now=NOW).sign_in(nadia)


@pytest.fixture
async def host(app, jules):
    """The host's browser."""
    app.state.clock = lambda: NOW
    return await Browser(app, now=NOW).sign_in(jules)
