"""The application of a worker's tests, assembled once: a second of work that nothing in a test changes."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import datetime
from functools import cache

from litestar import Litestar
from litestar.datastructures import State

from booking.app import create_app
from booking.door.http.admission import Admission
from booking.process.settings import read_settings
from tests.command_line import PATIENCE


@cache
def assembled() -> Litestar:
    app = create_app()
    # 200 who ask at once wait for their turn as long as a busy machine takes.
    app.state.admission = Admission(patience=PATIENCE)
    return app


def application(now: Callable[[], datetime] | None = None) -> Litestar:
    """The same with a clock of its own and with what the environment says now, DATA_DIR for instance."""
    app = copy(assembled())
    app.state = State({**assembled().state.dict(), "settings": read_settings(), "clock": now})
    return app
