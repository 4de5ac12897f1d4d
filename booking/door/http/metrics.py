"""What the web processes of one address count of requests, and what Prometheus is told of all of them.

Requests are labelled with the path template of their route, so that no number, name or token of a URL becomes a label.
The worker of the same machine writes beside them (`booking.process.counting`), unless it has an address of its own.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from booking.outbox.watch.expose import exposition, figures_of_address, figures_of_database, figures_of_machine
from booking.outbox.watch.queries import standing_or_none
from booking.outbox.watch.see_certificate import CertificateWatch
from booking.process.counting import count_into
from booking.process.samples import samples_of_web, samples_of_worker
from booking.process.settings import Settings
from workshops.database import current_engine

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """Measures the requests of this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._certificate = CertificateWatch(settings.base_url)
        count_into(samples_of_web(settings))
        from prometheus_client import Gauge, Histogram  # noqa: PLC0415 - only where METRICS_TOKEN enables it

        self._requests = Histogram(
            "technilab_http_request_duration_seconds",
            "How long requests took, by method, route as it is written and status",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=None,
        )
        self._pool = Gauge(
            "technilab_database_connections",
            "Connections to PostgreSQL that web processes hold, by state",
            ("state",),
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
                self._pool.labels("idle").set(pool.get_idle_size())
                self._pool.labels("used").set(pool.get_size() - pool.get_idle_size())

    async def told(self, *others: Any) -> bytes:
        """All of it in Prometheus's text format, with what `others` collect; while the database is away, what needs
        none."""
        settings = self._settings
        (answers, found), seen = await asyncio.gather(standing_or_none(), self._certificate.look())
        figures = figures_of_database(found, answers=answers, standbys=settings.standbys)
        figures += figures_of_machine(settings.data_dir) + figures_of_address(seen)
        folders: dict[str, Path] = {"web": samples_of_web(settings)}
        if not settings.worker_metrics:
            folders["worker"] = samples_of_worker(settings)
        return await asyncio.to_thread(exposition, folders, figures, *others)
