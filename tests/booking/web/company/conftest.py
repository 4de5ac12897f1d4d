"""A company at its pages, on 11 January 2027."""

from __future__ import annotations

import pytest

from tests.builders import NOW


@pytest.fixture
async def app(app):
    """The application, at NOW."""
    app.state.clock = lambda: NOW
    return app
