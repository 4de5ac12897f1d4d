"""An in-process cache of whole responses to anonymous GET requests, revalidated on every hit.

A handler opts in with `cache_page`, naming the data that its response depends on. The next anonymous request (no cookie
of ours, no API key) for the same URL within the same minute gets the cached response without going through the
application: only the freshness of that data is checked.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from booking.door.http.answers import etag_matches
from booking.door.http.compression import ENCODINGS, preferred_encoding
from workshops.cache.versions import CacheEntry
from workshops.database import DatabaseAway, prefer_replica

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

    from booking.door.forms.read import AnyRequest

COOKIE_PREFIX = b"technilab"
TIME_TO_LIVE = timedelta(minutes=1)
BODY_HEADERS = frozenset({b"content-type", b"content-length", b"content-encoding"})
MAX_ENTRIES = 128


def cache_page(request: AnyRequest, data: CacheEntry[Any], *, now: datetime) -> None:
    """Let the response to this request be served from the cache until the end of this minute, while `data` is fresh."""
    request.scope["state"]["data"] = (data, now.replace(second=0, microsecond=0))


class CacheKey(Struct, frozen=True):
    """Everything that an anonymous response depends on besides the time: `encoding` is what it is compressed with."""

    path: str
    query: bytes
    host: bytes
    encoding: str


class CachedResponse(Struct, frozen=True):
    """A response as it was sent, compressed or not, and the path template of the route that made it."""

    data: CacheEntry[Any]
    minute: datetime
    may_read_replica: bool
    route: str
    headers: list[tuple[bytes, bytes]]
    etag: str
    body: bytes

    async def is_fresh(self, now: datetime) -> bool:
        """Whether a response made now would be the same; also False when the database cannot tell."""
        if not self.minute <= now < self.minute + TIME_TO_LIVE:
            return False
        try:
            with prefer_replica() if self.may_read_replica else nullcontext():
                return await self.data.is_fresh()
        except DatabaseAway:
            return False


class PageCache:
    """The most recent responses to anonymous requests, in one process; the oldest entry is evicted first.

    With a `size` of 0, nothing is cached.
    """

    def __init__(self, size: int = MAX_ENTRIES) -> None:
        self._size = size
        self._entries: OrderedDict[CacheKey, CachedResponse] = OrderedDict()

    async def handle(self, scope: HTTPScope, receive: Receive, send: Send, app: ASGIApp, *, now: datetime) -> None:
        """Respond from the cache, or let the application respond and store what it sends."""
        key, if_none_match = _key_of(scope)
        if key is None:
            await app(scope, receive, send)
            return
        entry = self._entries.get(key)
        if entry is None or not await entry.is_fresh(now):
            await app(scope, receive, self._storing(key, scope, send))
            return
        scope["path_template"] = entry.route
        not_modified = bool(if_none_match) and etag_matches(
            entry.etag, {"if-none-match": if_none_match.decode("latin-1")}
        )
        headers = entry.headers
        if not_modified:
            headers = [header for header in headers if header[0].lower() not in BODY_HEADERS]
        await send({"type": "http.response.start", "status": 304 if not_modified else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if not_modified else entry.body, "more_body": False})

    def _storing(self, key: CacheKey, scope: Scope, send: Send) -> Send:
        headers: list[tuple[bytes, bytes]] = []

        async def send_and_store(message: Message) -> None:
            nonlocal headers
            if message["type"] == "http.response.start":
                headers = list(message["headers"]) if message["status"] == 200 else []
            elif message["type"] == "http.response.body" and headers and "data" in scope["state"]:
                self._store(key, scope, headers, message["body"])
            await send(message)

        return send_and_store

    def _store(self, key: CacheKey, scope: Scope, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        etag = next((value.decode("latin-1") for name, value in headers if name.lower() == b"etag"), "")
        if not etag:
            return
        data, minute = scope["state"]["data"]
        may_read_replica = not scope["route_handler"].opt.get("decides", True)
        self._entries[key] = CachedResponse(data, minute, may_read_replica, scope["path_template"], headers, etag, body)
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)


def _key_of(scope: HTTPScope) -> tuple[CacheKey | None, bytes]:
    """The cache key and the If-None-Match header of an anonymous GET request; no key for any other."""
    host = accept_encoding = if_none_match = b""
    if scope["method"] != "GET":
        return None, if_none_match
    for name, value in scope["headers"]:
        if name == b"host":
            host += b"," + value
        elif name == b"accept-encoding":
            accept_encoding += value + b","
        elif name == b"if-none-match":
            if_none_match += b"," + value
        elif name == b"authorization" or (name == b"cookie" and COOKIE_PREFIX in value):
            return None, if_none_match
    encoding = preferred_encoding(accept_encoding.decode("latin-1"), ENCODINGS)
    return CacheKey(scope["path"], scope["query_string"], host, encoding), if_none_match
