"""Whether this process can serve, as whoever hands out requests is told it four times a second."""

from __future__ import annotations

import asyncio
from datetime import datetime
from time import monotonic

import msgspec
from msgspec import Struct

from booking.outbox.watch.queries import disk_free, queue_answers, standing_or_none
from booking.outbox.watch.rules import judged, serves
from booking.process.settings import Settings
from booking.process.version import VERSION

KEPT_SECONDS = 1.0


class Readiness(Struct, frozen=True):
    """Whether people may be sent here, and why, as JSON."""

    serves: bool
    told: bytes


class ReadinessWatch:
    """One process's readiness: whoever asks within a second of a good answer is given the same.

    An answer that stops the service is not kept: that it is over is told to the next who asks. Who asks meanwhile waits
    for the one answer that is being found.
    """

    def __init__(self) -> None:
        self._kept: Readiness | None = None
        self._until = 0.0
        self._looking: asyncio.Task[Readiness] | None = None

    async def look(self, settings: Settings, *, tables: bool, now: datetime) -> Readiness:
        """What is told now: asked of database, queue and machine at most once a second while all is well; whether the
        `tables` serve, this process knows."""
        if self._kept is not None and tables and monotonic() < self._until:
            return self._kept
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(_readiness(settings, tables, now))
        found = await asyncio.shield(self._looking)
        self._kept, self._until = (found if found.serves else None), monotonic() + KEPT_SECONDS
        return found

    def forget(self) -> None:
        """The next who asks is not told what was found before."""
        self._kept = None


async def _readiness(settings: Settings, tables: bool, now: datetime) -> Readiness:
    (database, found), queue = await asyncio.gather(standing_or_none(), queue_answers(settings.redis_url))
    checks = judged(
        database=database,
        lacking=found.lacking if found else None,
        tables=tables,
        oldest_at=found.oldest_at if found else None,
        beat_at=found.beat_at if found else None,
        lag=found.lag if found else None,
        streaming=found.streaming if found else None,
        standbys=settings.standbys,
        free=disk_free(settings.data_dir),
        queue=queue,
        now=now,
    )
    told = {
        "state": "ready" if serves(checks) else "not ready",
        "version": VERSION,
        "degraded": [name for name, one in checks.items() if not one.ok],
        "checks": {name: {"ok": one.ok, "figure": one.figure} for name, one in checks.items()},
    }
    return Readiness(serves(checks), msgspec.json.encode(told))
