"""A worker's sign of life: arq's own stays green after a SIGKILL."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from booking.outbox.notices.tables import Heartbeat
from workshops.database import rows

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


async def forget(*, now: datetime) -> None:
    """Forget workers that are long gone."""
    await Heartbeat.delete().where(Heartbeat.beat_at < now - REMEMBERED)


async def forget_all() -> None:
    """Forget every worker: those of a restored database lived elsewhere. One that lives here beats again at once."""
    await Heartbeat.delete(force=True)
