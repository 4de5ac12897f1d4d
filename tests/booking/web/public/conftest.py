"""A visitor of the public pages, on this worker's database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.browsing import Browser

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)


@pytest.fixture
def visitor(app):
    app.state.clock = lambda: NOW
    return Browser(app, now=NOW)
