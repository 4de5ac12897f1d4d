"""A visitor of the public pages, on this worker's database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from booking.app import create_app
from tests.browsing import Browser

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)


@pytest.fixture
def visitor(db):
    return Browser(create_app(now=lambda: NOW), now=NOW)
