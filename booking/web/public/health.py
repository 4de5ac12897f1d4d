"""Whether this process lives, and whether it can serve: for the machine that watches over it."""

from __future__ import annotations

import hmac

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State

from booking.door.http.metrics import RequestMetrics
from booking.door.rights.guards import Now, SiteSettings, may
from booking.outbox.copies.expose import CopiesCollector
from booking.outbox.copies.queries import copies_soon
from booking.outbox.watch.expose import CONTENT_TYPE
from booking.outbox.watch.ready import ReadinessWatch
from booking.process.graceful_stop import draining
from booking.process.version import VERSION
from workshops.refusals import NotFound

# Whoever watches over a process asks it by the address of its machine.
WATCHED = may("public.use") | {"plain": True, "any_host": True}
ALIVE = b'{"state":"alive"}'
LEAVES = msgspec.json.encode({"state": "leaving", "version": VERSION})


@get("/health/live", opt=WATCHED, media_type=MediaType.JSON)
async def live() -> bytes:
    """The process answers. No database, no session: a constant."""
    return ALIVE


@get("/health/ready", opt=WATCHED, media_type=MediaType.JSON)
async def ready(state: State, settings: SiteSettings, now: Now) -> Response[bytes]:
    """503 without what nothing is served without, and at once from a web machine that is about to stop; what is
    degraded is named, and is no 503."""
    if draining.on:
        return Response(LEAVES, status_code=503)
    watch: ReadinessWatch = state["readiness"]
    found = await watch.look(settings, tables=state["tables"].serve, now=now)
    return Response(found.told, status_code=200 if found.serves else 503)


@get("/metrics", opt=WATCHED, media_type=CONTENT_TYPE)
async def metrics(
    request: Request[None, None, State], state: State, settings: SiteSettings, now: Now
) -> Response[bytes]:
    """What Prometheus reads, behind METRICS_TOKEN: no account's key opens it. Raises NotFound where it is unset."""
    request_metrics: RequestMetrics | None = state.get("metrics")
    if request_metrics is None:
        raise NotFound()
    shown = request.headers.get("authorization", "").encode()
    if not hmac.compare_digest(shown, f"Bearer {settings.metrics_token}".encode()):
        return Response(b"", status_code=401, headers={"WWW-Authenticate": "Bearer"})
    copies = CopiesCollector(await copies_soon(), now)
    return Response(await request_metrics.told(copies), media_type=CONTENT_TYPE)
