"""What everybody sees alike may be kept for a second by a cache in front, and is not sent again to whoever holds it.

A route says so (`opt=SHARED`), and the answer is for everybody only where nothing told who asks: no cookie of ours and
no key. All else is kept by nobody (see headers.py).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from litestar.datastructures import Headers, MutableScopeHeaders

from booking.door.http.answers import holds
from booking.door.layer import Layer

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

# A browser asks again each time, what it holds at hand; a cache in front answers for us within the second.
A_SECOND = "public, max-age=0, s-maxage=1, must-revalidate"
VARIES = "Accept-Encoding, Authorization, Cookie"
OUR_COOKIES = "technilab"


class Sharing(Layer):
    """Marks what may be shared, and answers 304 to whoever holds it as it is."""

    def passes(self, scope: Scope) -> bool:
        shared = scope["route_handler"].opt.get("shared") and scope.get("method") == "GET"
        return not (shared and _from_nobody(scope))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        await next_app(scope, receive, _sharing(scope, send))


def _from_nobody(scope: Scope) -> bool:
    headers = Headers.from_scope(scope)
    return "authorization" not in headers and OUR_COOKIES not in headers.get("cookie", "")


def _sharing(scope: Scope, send: Send) -> Send:
    start: HTTPResponseStartEvent | None = None

    async def marked(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            if _is_shown(message):
                start = message
                return
        elif start is not None and message["type"] == "http.response.body":
            begun, start = start, None
            if not message.get("more_body"):
                _mark(begun, message["body"])
                if holds(_mark_of(message["body"]), Headers.from_scope(scope)):
                    _empty(begun)
                    message["body"] = b""
            await send(begun)
        await send(message)

    return marked


def _is_shown(message: HTTPResponseStartEvent) -> bool:
    """A whole answer that says nothing else of how it may be kept, and gives nobody a cookie."""
    named = {name for name, _ in message["headers"]}
    return message["status"] == 200 and named.isdisjoint({b"cache-control", b"set-cookie"})


def _mark(begun: HTTPResponseStartEvent, body: bytes) -> None:
    headers = MutableScopeHeaders(begun)
    headers["Cache-Control"] = A_SECOND
    headers["ETag"] = _mark_of(body)
    headers["Vary"] = VARIES


def _empty(begun: HTTPResponseStartEvent) -> None:
    begun["status"] = 304
    begun["headers"] = [one for one in begun["headers"] if not one[0].startswith(b"content-")]


@lru_cache(maxsize=64)
def _mark_of(body: bytes) -> str:
    """Weak, since it is the same compressed or not; of what is sent again and again, worked out once."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
