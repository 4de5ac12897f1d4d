"""What Prometheus is told: how many requests, how long they took, what waits.

A route is named as it is written, so that no number, name or token of an address is counted.

The web processes of one `technilab web` write their counts side by side in a folder, so that whichever is asked tells
the sum of all of them (prometheus-client's multiprocess mode).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from booking.outbox.watch.queries import Standing
from workshops.database import current_engine

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

TEXT = "text/plain; version=0.0.4"  # Litestar adds the charset
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SHARED = "PROMETHEUS_MULTIPROC_DIR"


def folder_of(data_dir: Path, port: int) -> Path:
    """Where the web processes of one address count together."""
    return data_dir / "metrics" / str(port)


class Meter:
    """Counts the requests of this process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        os.environ[SHARED] = str(folder)  # read when the package is loaded
        from prometheus_client import Gauge, Histogram  # noqa: PLC0415 - where METRICS_TOKEN asks for it alone

        self._requests = Histogram(
            "technilab_request_seconds",
            "How long requests took, by method, route and status",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=None,
        )
        self._pool = Gauge(
            "technilab_pool_connections",
            "Connections to PostgreSQL, by what they do",
            ("doing",),
            multiprocess_mode="livesum",
            registry=None,
        )

    async def measure(self, scope: HTTPScope, receive: Receive, send: Send, app: ASGIApp) -> None:
        """Let the application answer, then count the answer."""
        status, began = "none", perf_counter()

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await app(scope, receive, heard)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = scope.get("path_template") or "none"
            self._requests.labels(method, route, status).observe(perf_counter() - began)
            pool = current_engine().pool
            if pool is not None:
                self._pool.labels("waiting").set(pool.get_idle_size())
                self._pool.labels("working").set(pool.get_size() - pool.get_idle_size())

    def told(self, found: Standing | None, free: int, now: datetime) -> bytes:
        """All of it as Prometheus reads it; without the database, what needs none. It reads files: for a thread."""
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - as above
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 - as above

        forget_the_dead(self._folder, "gauge_live*")
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call,unused-ignore]
        registry.register(_Figures(found, free, now))
        return bytes(generate_latest(registry))


def forget_the_dead(folder: Path, kind: str = "*") -> None:
    """Take away what processes that ended have left: the connections that they had open; at a start, all of it."""
    for file in folder.glob(f"{kind}_*.db"):
        if not _lives(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Figures:
    """What the database and the machine say, the same whichever process is asked."""

    def __init__(self, found: Standing | None, free: int, now: datetime) -> None:
        self._told: dict[str, tuple[str, float | None]] = {
            "technilab_disk_free_bytes": ("Left where files are written", free)
        }
        if found is not None:
            self._told |= {
                "technilab_outbox_waiting": ("Mails that wait", found.waiting),
                "technilab_outbox_failed": ("Mails that were given up", found.failed),
                "technilab_outbox_oldest_seconds": ("Age of the oldest mail that waits", _age(found.oldest_at, now)),
                "technilab_events_to_tell": ("Acts of which nobody has been told yet", found.to_tell),
                "technilab_worker_beat_seconds": ("Since a worker gave a sign of life", _age(found.beat_at, now)),
                "technilab_replica_lag_seconds": ("By how much a standby is behind", found.lag),
                "technilab_standbys_streaming": ("Standbys that follow", found.streaming),
                "technilab_migrations_lacking": ("Migrations that the database has not run", found.lacking),
            }

    def collect(self) -> Iterator[Any]:
        """One gauge a figure; none for what nobody knows."""
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415 - as above

        for name, (words, figure) in self._told.items():
            if figure is not None:
                yield GaugeMetricFamily(name, words, value=figure)


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max(0.0, (now - since).total_seconds())
