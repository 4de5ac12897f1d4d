"""Answers sent compressed (RFC 9110, 8.4 and 12.5.3): pages as they leave, files as they were built.

A secret and words that somebody else chose, compressed together, tell the one to whoever sees the length of the answers
to many such words (BREACH). So a page that holds a secret (a form's token, what is known of a person) is compressed
only for a browser which says that one of our own pages asks, or the person herself: no other site can ask then.
"""

from __future__ import annotations

import zlib
from collections.abc import MutableMapping
from functools import lru_cache
from typing import TYPE_CHECKING

from litestar.datastructures import Headers, MutableScopeHeaders

from booking.door.layer import Layer
from booking.door.rights.csrf import holds_a_secret

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

PAGES = (b"text/html", b"image/svg+xml")
# Under a packet's worth of bytes nothing is gained.
WORTH = 1400
LEVEL = 3
OUR_OWN = {"same-origin", "none"}


@lru_cache(maxsize=512)
def preferred(accepted: str, offered: tuple[str, ...]) -> str:
    """The coding to send, of those offered in our order; empty when the browser takes none of them."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = _weight(weight)

    def weight_of(coding: str) -> float:
        return weights.get(coding, weights.get("*", 0.0))

    best = max(offered, key=weight_of, default="")
    return best if best and weight_of(best) > 0 else ""


def _weight(told: str) -> float:
    name, _, number = told.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(number) if name == "q" else 0.0
    except ValueError:
        return 0.0


class Packing(Layer):
    """Compresses the pages that browsers ask for.

    What a key opens leaves as it is, for programs, and so does a route of `opt={"as_it_is": True}`.
    """

    def passes(self, scope: Scope) -> bool:
        opt = scope["route_handler"].opt
        return bool(opt.get("keys") or opt.get("as_it_is") or scope.get("method") != "GET")

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        await next_app(scope, receive, _packing(scope, send))


def _packing(scope: Scope, send: Send) -> Send:
    start: HTTPResponseStartEvent | None = None

    async def packed(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            if _is_a_page(message):
                start = message
                return
        elif start is not None and message["type"] == "http.response.body":
            headers = MutableScopeHeaders(start)
            headers.setdefault("Vary", "Accept-Encoding")
            if not message.get("more_body") and len(message["body"]) > WORTH and _may_be_packed(scope):
                message["body"] = _kept_or_packed(scope["state"].get("packed"), message["body"])
                headers["Content-Encoding"] = "gzip"
                headers["Content-Length"] = str(len(message["body"]))
            begun, start = start, None
            await send(begun)
        await send(message)

    return packed


def _is_a_page(message: HTTPResponseStartEvent) -> bool:
    headers = dict(message["headers"])
    return headers.get(b"content-type", b"").startswith(PAGES) and b"content-encoding" not in headers


def _may_be_packed(scope: Scope) -> bool:
    headers = Headers.from_scope(scope)
    if not preferred(headers.get("accept-encoding", ""), ("gzip",)):
        return False
    return not _tells_a_secret(scope) or headers.get("sec-fetch-site", "") in OUR_OWN


def _tells_a_secret(scope: Scope) -> bool:
    state = scope["state"]
    known = scope.get("user") is not None or state.get("helper") is not None
    return known or "draft" in state or holds_a_secret(scope)


def _kept_or_packed(kept: MutableMapping[str, bytes] | None, body: bytes) -> bytes:
    """A page drawn once for many is compressed once: its handler keeps the bytes in `scope["state"]["packed"]`."""
    if kept is None:
        return _gzip(body)
    if "gzip" not in kept:
        kept["gzip"] = _gzip(body)
    return kept["gzip"]


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, LEVEL, wbits=31)
