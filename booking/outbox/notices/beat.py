"""A worker's sign of life: arq's own stays green after a SIGKILL. With it goes what each machine does for itself."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from asyncpg.exceptions import InterfaceError, PostgresError

from booking.outbox.notices.tables import Heartbeat
from booking.process.copies import forget_before_upgrades
from booking.process.security_log import begin_day
from workshops.database import DatabaseAway, row, rows

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=1)
BEAT_SECONDS = 30
BEAT = """INSERT INTO heartbeats (name, beat_at) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET beat_at = EXCLUDED.beat_at"""


def machine() -> str:
    """What begins the names of this machine's workers, or of this container's."""
    return f"{socket.gethostname()[:28]}:"


def worker_name() -> str:
    """Who beats in this process."""
    return f"{machine()}{os.getpid()}"


async def keep_beating(name: str, *, data_dir: Path, clock: Callable[[], datetime]) -> None:
    """Say so each half minute until one is cancelled, whatever the database does; and let go of this machine's files
    whose time is over, which no other machine's worker can do."""
    while True:
        begin_day(clock())
        with suppress(OSError):  # tried again in half a minute
            forget_before_upgrades(data_dir, now=clock())
        try:
            await beat(name, now=clock())
        except DatabaseAway:
            """The database module has logged it, once."""
        except (PostgresError, InterfaceError):
            logger.exception("PostgreSQL did not take this worker's sign of life")
        await asyncio.sleep(BEAT_SECONDS)


async def beat(name: str, *, now: datetime) -> None:
    """Say that this worker lives."""
    await rows(BEAT, name, now)


async def beat_no_more(name: str) -> None:
    """This worker stops in good order: whoever waits for its end need not wait for its silence."""
    with suppress(DatabaseAway, PostgresError, InterfaceError):
        await Heartbeat.delete().where(Heartbeat.name == name)


async def forget(*, now: datetime) -> None:
    """Forget workers that are long gone."""
    await Heartbeat.delete().where(Heartbeat.beat_at < now - REMEMBERED)


async def forget_all() -> None:
    """Forget every worker: those of a restored database lived elsewhere. One that lives here beats again at once."""
    await Heartbeat.delete(force=True)


TAKE = """INSERT INTO turns (job, at) VALUES ($1, $2)
ON CONFLICT (job) DO UPDATE SET at = EXCLUDED.at WHERE turns.at < EXCLUDED.at RETURNING at"""


# The nightly erasure, once it has ended: what is watched is not that it was begun.
ERASURE = "erasure"


async def take_turn(job: str, *, at: datetime) -> bool:
    """Whether nobody has done this job of that time; who asks first does it."""
    return await row(TAKE, job, at) is not None
