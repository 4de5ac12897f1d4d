"""Whether this process lives, and whether it can serve: for the machine that watches over it."""

from __future__ import annotations

import asyncio
import hmac

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State

from booking.door.http.metrics import CONTENT_TYPE, RequestMetrics
from booking.door.rights.guards import Now, SiteSettings, may
from booking.outbox.copies.queries import copies_soon
from booking.outbox.watch.queries import disk_free, queue_answers, standing_or_none
from booking.outbox.watch.rules import judged, serves
from booking.process.graceful_stop import draining
from workshops.refusals import NotFound

# Whoever watches over a process asks it by the address of its machine.
WATCHED = may("public.use") | {"plain": True, "any_host": True}
ALIVE = b'{"state":"alive"}'
LEAVES = b'{"state":"leaving"}'


@get("/health/live", opt=WATCHED, media_type=MediaType.JSON)
async def live() -> bytes:
    """The process answers. No database, no session: a constant."""
    return ALIVE


@get("/health/ready", opt=WATCHED, media_type=MediaType.JSON)
async def ready(settings: SiteSettings, now: Now) -> Response[bytes]:
    """503 without what nothing is served without, and from a web machine that is about to stop; what is degraded is
    named, and is no 503."""
    if draining.on:
        return Response(LEAVES, status_code=503)
    (database, found), queue = await asyncio.gather(standing_or_none(), queue_answers(settings.redis_url))
    checks = judged(
        database=database,
        lacking=found.lacking if found else None,
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
        "degraded": [name for name, one in checks.items() if not one.ok],
        "checks": {name: {"ok": one.ok, "figure": one.figure} for name, one in checks.items()},
    }
    return Response(msgspec.json.encode(told), status_code=200 if serves(checks) else 503)


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
    _, found = await standing_or_none()
    copies = await copies_soon() if found else []
    body = await asyncio.to_thread(request_metrics.exposition, found, disk_free(settings.data_dir), now, copies)
    return Response(body, media_type=CONTENT_TYPE)
