"""Cache-Control, ETag and Vary for shared pages: a reverse proxy may cache them for a second, a browser revalidates.

A route opts in with `opt=SHARED`, and a response is shared only when nothing in the request identifies its sender: no
cookie of ours and no API key. Every other response is marked as not cacheable (see headers.py);
what programs read as JSON has an ETag all the same, by which they ask whether it is still as they hold it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.middleware import MiddlewareProtocol

from booking.door.http.answers import etag_matches

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

# A browser revalidates its copy on each request; a cache in front (s-maxage) answers for us within the second.
CACHE_CONTROL = "public, max-age=0, s-maxage=1, must-revalidate"
VARY = "Accept-Encoding, Authorization, Cookie"
COOKIE_PREFIX = "technilab"


class CacheHeadersMiddleware(MiddlewareProtocol):
    """Marks shared responses as cacheable, and answers 304 when the client already holds the current version."""

    __slots__ = ()

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["route_handler"].opt.get("shared") and scope.get("method") == "GET"
        if shared and _is_anonymous(scope):
            send = _with_cache_headers(scope, send)
        elif scope["route_handler"].opt.get("keys") and scope.get("method") == "GET":
            send = _with_cache_headers(scope, send, shared=False)
        await self.app(scope, receive, send)


def _is_anonymous(scope: Scope) -> bool:
    headers = Headers.from_scope(scope)
    return "authorization" not in headers and COOKIE_PREFIX not in headers.get("cookie", "")


def _with_cache_headers(scope: Scope, send: Send, *, shared: bool = True) -> Send:
    pending_start: HTTPResponseStartEvent | None = None

    async def send_marked(message: Message) -> None:
        nonlocal pending_start
        if message["type"] == "http.response.start":
            if _is_cacheable(message) if shared else _is_json(message):
                pending_start = message
                return
        elif pending_start is not None and message["type"] == "http.response.body":
            start, pending_start = pending_start, None
            if not message.get("more_body"):
                etag = _etag_of(message["body"])
                if shared:
                    _add_cache_headers(start, etag)
                else:
                    MutableScopeHeaders(start)["ETag"] = etag
                if etag_matches(etag, Headers.from_scope(scope)):
                    _make_not_modified(start)
                    message["body"] = b""
            await send(start)
        await send(message)

    return send_marked


def _is_cacheable(message: HTTPResponseStartEvent) -> bool:
    """A 200 response that sets neither Cache-Control nor a cookie itself."""
    names = {name for name, _ in message["headers"]}
    return message["status"] == 200 and names.isdisjoint({b"cache-control", b"set-cookie"})


def _is_json(message: HTTPResponseStartEvent) -> bool:
    """A 200 response to a program that has no ETag yet."""
    headers = MutableScopeHeaders(message)
    return message["status"] == 200 and "etag" not in headers and headers.get("content-type") == "application/json"


def _add_cache_headers(start: HTTPResponseStartEvent, etag: str) -> None:
    headers = MutableScopeHeaders(start)
    headers["Cache-Control"] = CACHE_CONTROL
    headers["ETag"] = etag
    headers["Vary"] = VARY


def _make_not_modified(start: HTTPResponseStartEvent) -> None:
    start["status"] = 304
    start["headers"] = [header for header in start["headers"] if not header[0].startswith(b"content-")]


def _etag_of(body: bytes) -> str:
    """A weak ETag, since it is the same compressed or not."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
