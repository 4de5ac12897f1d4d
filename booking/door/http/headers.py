"""The security headers of every response, errors included (ASVS 5.0 chapter 3; Litestar sets none by itself).

Cache-Control, ETag and Vary for shared pages: a reverse proxy may cache them for a second, a browser revalidates.

A route opts in with `opt=SHARED`, and a response is shared only when nothing in the request identifies its sender: no
cookie of ours and no API key. Every other response is marked as not cacheable (see headers.py).
"""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.middleware import ASGIMiddleware

from booking.door.http.answers import etag_matches
from booking.door.rights.session import holds_a_secret

if TYPE_CHECKING:
    from litestar.types import HTTPResponseStartEvent, Scope
if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
PAGE_CSP = CSP.format(wasm="")
CAMERA_CSP = CSP.format(wasm=" 'wasm-unsafe-eval'")
# An SVG drawing may style its own shapes and do nothing else, wherever it is opened.
DRAWING_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox"
NOTHING_ALLOWED = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
CAMERA_ALLOWED = NOTHING_ALLOWED.replace("camera=()", "camera=(self)")


def add_headers(message: HTTPResponseStartEvent, scope: Scope) -> None:
    """Add them to a response, also to one that no route made; `message` is its start."""
    opt = getattr(scope.get("route_handler"), "opt", {})
    camera = bool(opt.get("camera"))
    drawing = bool(opt.get("drawing")) and message["status"] < 400
    secure = scope["litestar_app"].state.settings.secure
    own_headers = list(message["headers"])
    headers = [*own_headers, *_security_headers(camera, drawing, secure, holds_a_secret(scope))]
    if not any(name.lower() == b"cache-control" for name, _ in own_headers):
        # What a signed-in person saw must not be read again from a shared machine's cache; a response that is cacheable
        # sets the header itself.
        headers.append((b"cache-control", b"no-store"))
    message["headers"] = headers


@cache
def _security_headers(camera: bool, drawing: bool, secure: bool, secret: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that no handler sets, encoded once: setting them one by one would search the list as many times."""
    headers = {
        "content-security-policy": CAMERA_CSP if camera else DRAWING_CSP if drawing else PAGE_CSP,
        "permissions-policy": CAMERA_ALLOWED if camera else NOTHING_ALLOWED,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer" if secret else "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if secure:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


# A browser revalidates its copy on each request; a cache in front (s-maxage) answers for us within the second.
CACHE_CONTROL = "public, max-age=0, s-maxage=1, must-revalidate"
VARY = "Accept-Encoding, Authorization, Cookie"
COOKIE_PREFIX = "technilab"


class CacheHeadersMiddleware(ASGIMiddleware):
    """Marks shared responses as cacheable, and answers 304 when the client already holds the current version."""

    def should_bypass_for_scope(self, scope: Scope) -> bool:
        shared = scope["route_handler"].opt.get("shared") and scope.get("method") == "GET"
        return not (shared and _is_anonymous(scope))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        await next_app(scope, receive, _with_cache_headers(scope, send))


def _is_anonymous(scope: Scope) -> bool:
    headers = Headers.from_scope(scope)
    return "authorization" not in headers and COOKIE_PREFIX not in headers.get("cookie", "")


def _with_cache_headers(scope: Scope, send: Send) -> Send:
    pending_start: HTTPResponseStartEvent | None = None

    async def send_marked(message: Message) -> None:
        nonlocal pending_start
        if message["type"] == "http.response.start":
            if _is_cacheable(message):
                pending_start = message
                return
        elif pending_start is not None and message["type"] == "http.response.body":
            start, pending_start = pending_start, None
            if not message.get("more_body"):
                _add_cache_headers(start, message["body"])
                if etag_matches(_etag_of(message["body"]), Headers.from_scope(scope)):
                    _make_not_modified(start)
                    message["body"] = b""
            await send(start)
        await send(message)

    return send_marked


def _is_cacheable(message: HTTPResponseStartEvent) -> bool:
    """A 200 response that sets neither Cache-Control nor a cookie itself."""
    names = {name for name, _ in message["headers"]}
    return message["status"] == 200 and names.isdisjoint({b"cache-control", b"set-cookie"})


def _add_cache_headers(start: HTTPResponseStartEvent, body: bytes) -> None:
    headers = MutableScopeHeaders(start)
    headers["Cache-Control"] = CACHE_CONTROL
    headers["ETag"] = _etag_of(body)
    headers["Vary"] = VARY


def _make_not_modified(start: HTTPResponseStartEvent) -> None:
    start["status"] = 304
    start["headers"] = [header for header in start["headers"] if not header[0].startswith(b"content-")]


@lru_cache(maxsize=64)
def _etag_of(body: bytes) -> str:
    """A weak ETag, since it is the same compressed or not; computed once for a body that is sent repeatedly."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
