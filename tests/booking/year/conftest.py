"""Here the clock runs years ahead of PostgreSQL's."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _ahead(request: pytest.FixtureRequest) -> None:
    if "db" in request.fixturenames or "app" in request.fixturenames:
        request.getfixturevalue("years_to_come")
