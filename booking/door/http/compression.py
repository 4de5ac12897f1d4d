"""Compressed responses (RFC 9110, 8.4 and 12.5.3): pages are compressed on the fly, static files when they are built.

When a secret and text chosen by an attacker are compressed together, the lengths of many such responses reveal the
secret (BREACH). So a page that holds a secret (a form's token, personal data) is compressed only when the browser says
that the request comes from one of our own pages, or from the user directly: no other site can then trigger it.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.middleware import MiddlewareProtocol

from booking.door.rights.session import holds_a_secret

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

COMPRESSIBLE_TYPES = (b"text/html", b"image/svg+xml")
# Below the size of one network packet nothing is gained.
MINIMUM_SIZE = 1400
ENCODINGS = ("gzip",)
GZIP_LEVEL = 3
# Values of Sec-Fetch-Site: our own pages, and a user who types the address or follows a bookmark.
TRUSTED_FETCH_SITES = {"same-origin", "none"}


@lru_cache(maxsize=512)
def preferred_encoding(accept_encoding: str, offered: tuple[str, ...]) -> str:
    """The content encoding to send, out of those offered in our order; empty when the client accepts none of them."""
    weights = {}
    for part in accept_encoding.lower().split(","):
        encoding, _, weight = part.partition(";")
        weights[encoding.strip()] = _weight(weight)

    def weight_of(encoding: str) -> float:
        return weights.get(encoding, weights.get("*", 0.0))

    best = max(offered, key=weight_of, default="")
    return best if best and weight_of(best) > 0 else ""


def _weight(parameter: str) -> float:
    name, _, number = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(number) if name == "q" else 0.0
    except ValueError:
        return 0.0


class CompressionMiddleware(MiddlewareProtocol):
    """Compresses pages for browsers.

    Routes that API keys open are skipped, since programs read them, and so are routes with `opt={"as_it_is": True}`.
    """

    __slots__ = ()

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        opt = scope["route_handler"].opt
        as_it_is = opt.get("keys") or opt.get("as_it_is") or scope.get("method") != "GET"
        await self.app(scope, receive, send if as_it_is else _compressing(scope, send))


def _compressing(scope: Scope, send: Send) -> Send:
    pending_start: HTTPResponseStartEvent | None = None

    async def send_compressed(message: Message) -> None:
        nonlocal pending_start
        if message["type"] == "http.response.start":
            if _is_compressible(message):
                pending_start = message
                return
        elif pending_start is not None and message["type"] == "http.response.body":
            headers = MutableScopeHeaders(pending_start)
            headers.setdefault("Vary", "Accept-Encoding")
            if not message.get("more_body") and len(message["body"]) > MINIMUM_SIZE and _may_compress(scope):
                message["body"] = zlib.compress(message["body"], GZIP_LEVEL, wbits=31)
                headers["Content-Encoding"] = "gzip"
                headers["Content-Length"] = str(len(message["body"]))
            start, pending_start = pending_start, None
            await send(start)
        await send(message)

    return send_compressed


def _is_compressible(message: HTTPResponseStartEvent) -> bool:
    headers = dict(message["headers"])
    return headers.get(b"content-type", b"").startswith(COMPRESSIBLE_TYPES) and b"content-encoding" not in headers


def _may_compress(scope: Scope) -> bool:
    headers = Headers.from_scope(scope)
    if not preferred_encoding(headers.get("accept-encoding", ""), ENCODINGS):
        return False
    return not _response_holds_secret(scope) or headers.get("sec-fetch-site", "") in TRUSTED_FETCH_SITES


def _response_holds_secret(scope: Scope) -> bool:
    state = scope["state"]
    identified = scope.get("user") is not None or state.get("helper") is not None
    return identified or "draft" in state or holds_a_secret(scope)
