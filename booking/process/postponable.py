"""What every job of the worker is wrapped in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar, cast

from booking.process.counting import timed
from workshops.database import DatabaseAway

Job = TypeVar("Job", bound=Callable[..., Coroutine[Any, Any, None]])


def postponable(job: Job) -> Job:
    """A job that waits for its next run while PostgreSQL is unavailable, or its `ctx["tables"]` do not serve, without
    logging a traceback for each run; how long each run takes is counted."""

    @wraps(job)
    async def run_if_available(ctx: dict[str, Any]) -> None:
        tables = ctx.get("tables")
        if tables is None or tables.serve:
            with suppress(DatabaseAway), timed(job.__name__):
                await job(ctx)

    return cast(Job, run_if_available)
