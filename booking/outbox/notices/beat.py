"""A worker's sign of life: arq's own stays green after a SIGKILL."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import datetime, timedelta

from asyncpg.exceptions import InterfaceError, PostgresError

from booking.outbox.notices.tables import Heartbeat
from workshops.database import DatabaseAway, row, rows

REMEMBERED = timedelta(days=1)
BEAT = """INSERT INTO heartbeats (name, beat_at) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET beat_at = EXCLUDED.beat_at"""


def machine() -> str:
    """What begins the names of this machine's workers, or of this container's."""
    return f"{socket.gethostname()[:28]}:"


def worker_name() -> str:
    """Who beats in this process."""
    return f"{machine()}{os.getpid()}"


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
