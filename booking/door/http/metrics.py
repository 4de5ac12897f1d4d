"""Prometheus metrics: the number and duration of requests, database connections, queue lengths.

Requests are labelled with the path template of their route, so that no number, name or token of a URL becomes a label.

The web processes of one `technilab web` write their samples side by side in a folder, so that whichever process is
scraped reports the sum over all of them (prometheus-client's multiprocess mode).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from booking.door.http.copy_metrics import CopiesCollector
from booking.outbox.copies.rules import Kept
from booking.outbox.watch.queries import Standing
from workshops.database import current_engine

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

CONTENT_TYPE = "text/plain; version=0.0.4"  # Litestar adds the charset
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MULTIPROC_DIR = "PROMETHEUS_MULTIPROC_DIR"


def metrics_folder(data_dir: Path, port: int) -> Path:
    """The folder that the web processes of one address share for their samples."""
    return data_dir / "metrics" / str(port)


class RequestMetrics:
    """Measures the requests of this process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        os.environ[MULTIPROC_DIR] = str(folder)  # read when the package is imported
        from prometheus_client import Gauge, Histogram  # noqa: PLC0415 - only where METRICS_TOKEN enables it

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
        """Let the application respond, then record the duration and the status of the response."""
        status, started_at = "none", perf_counter()

        async def send_and_note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await app(scope, receive, send_and_note_status)
        finally:
            method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
            route = scope.get("path_template") or "none"
            self._requests.labels(method, route, status).observe(perf_counter() - started_at)
            pool = current_engine().pool
            if pool is not None:
                self._pool.labels("waiting").set(pool.get_idle_size())
                self._pool.labels("working").set(pool.get_size() - pool.get_idle_size())

    def exposition(
        self, standing: Standing | None, free_bytes: int, now: datetime, copies: Sequence[Kept] = ()
    ) -> bytes:
        """All metrics in Prometheus's text format; without the database (`standing` is None), those that need none.

        Blocking: it reads files, so call it in a thread.
        """
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - as above
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 - as above

        remove_dead_processes(self._folder, "gauge_live*")
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call,unused-ignore]
        registry.register(_StandingCollector(standing, free_bytes, now))
        registry.register(CopiesCollector(copies, now))
        return bytes(generate_latest(registry))


def remove_dead_processes(folder: Path, kind: str = "*") -> None:
    """Delete the sample files of processes that ended: while others run, their gauges of open connections (`kind`); at
    a start, all of them."""
    for file in folder.glob(f"{kind}_*.db"):
        if not _is_alive(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _StandingCollector:
    """Gauges read from the database and the machine, the same whichever process is scraped."""

    def __init__(self, standing: Standing | None, free_bytes: int, now: datetime) -> None:
        self._gauges: dict[str, tuple[str, float | None]] = {
            "technilab_disk_free_bytes": ("Left where files are written", free_bytes)
        }
        if standing is not None:
            self._gauges |= {
                "technilab_outbox_waiting": ("Mails that wait", standing.waiting),
                "technilab_outbox_failed": ("Mails that were given up", standing.failed),
                "technilab_outbox_oldest_seconds": ("Age of the oldest mail that waits", _age(standing.oldest_at, now)),
                "technilab_events_to_tell": ("Acts of which nobody has been told yet", standing.to_tell),
                "technilab_worker_beat_seconds": ("Since a worker gave a sign of life", _age(standing.beat_at, now)),
                "technilab_replica_lag_seconds": ("By how much a standby is behind", standing.lag),
                "technilab_standbys_streaming": ("Standbys that follow", standing.streaming),
                "technilab_migrations_lacking": ("Migrations that the database has not run", standing.lacking),
            }

    def collect(self) -> Iterator[Any]:
        """One gauge metric for each value; none for a value that is unknown."""
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415 - as above

        for name, (documentation, value) in self._gauges.items():
            if value is not None:
                yield GaugeMetricFamily(name, documentation, value=value)


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max(0.0, (now - since).total_seconds())
