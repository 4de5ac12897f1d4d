"""Agendas to subscribe to: one's own by its secret link, a lycée's open slots by its UAI."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from booking.calendar.feeds.publish import PublishedFeed, publish
from booking.calendar.feeds.queries import feed, open_slots
from booking.calendar.feeds.rules import NoFeed
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import etag_matches
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import Now, SiteSettings, may

SUFFIX = ".ics"


@get("/agenda/{token:str}", opt=may("public.use"))
async def own_feed(request: AnyRequest, token: FromPath[str], settings: SiteSettings, now: Now) -> Response[bytes]:
    found = await feed(_stem(token), now=now, trial=settings.demo)
    if found is None:
        raise NoFeed()
    return answer_of(request, publish(found, settings, now=now), kept="private, no-cache")


@get("/agenda/lycee/{file:str}", opt=may("public.use") | DECIDES_NOTHING)
async def public_feed(request: AnyRequest, file: FromPath[str], settings: SiteSettings, now: Now) -> Response[bytes]:
    found = await open_slots(_stem(file), host_name=settings.host, now=now)
    if found is None:
        raise NoFeed("Aucun lycée n'a cet UAI.")
    return answer_of(request, publish(found, settings, now=now), kept="public, max-age=300")


def _stem(file: str) -> str:
    if not file.endswith(SUFFIX):
        raise NoFeed()
    return file.removesuffix(SUFFIX)


def answer_of(request: AnyRequest, published: PublishedFeed, *, kept: str) -> Response[bytes]:
    """The feed, or 304 when the reader holds these very bytes (RFC 9110, 13.2.2)."""
    headers = {
        "ETag": published.etag,
        "Last-Modified": format_datetime(published.modified_at.astimezone(UTC), usegmt=True),
        "Cache-Control": kept,
    }
    if _held_already(request, published):
        return Response(b"", status_code=304, headers=headers)
    return Response(
        published.body,
        media_type="text/calendar",
        headers={**headers, "Content-Disposition": 'attachment; filename="technilab.ics"'},
    )


def _held_already(request: AnyRequest, published: PublishedFeed) -> bool:
    if "if-none-match" in request.headers:
        return etag_matches(published.etag, request.headers)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and published.modified_at.replace(microsecond=0) <= since
