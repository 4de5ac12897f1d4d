"""What every visitor sees alike is sent again as it was sent before, for as long as nothing of it has changed.

A handler says what its answer hangs on (`stays_at_hand`); whoever then asks for the same in the same minute, by no
cookie of ours and no key, gets it without a way through the application: only whether it still stands is asked.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from booking.door.http.answers import holds
from workshops.cache.versions import CacheEntry
from workshops.database import DatabaseAway, prefer_replica

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

    from booking.door.forms.read import AnyRequest

OUR_COOKIES = b"technilab"
A_MINUTE = timedelta(minutes=1)
OF_A_BODY = frozenset({b"content-type", b"content-length", b"content-encoding"})
MOST = 128


def stays_at_hand(request: AnyRequest, held: CacheEntry[Any], *, now: datetime) -> None:
    """Send the same to whoever asks for it in this minute, as long as what is held stands."""
    request.scope["state"]["held"] = (held, now.replace(second=0, microsecond=0))


@dataclass(frozen=True)
class Asked:
    """All that an answer to a visitor depends on, beside the time; `codings` as the browser wrote them."""

    path: str
    query: bytes
    host: bytes
    codings: bytes


@dataclass(frozen=True)
class Shown:
    """An answer as it was sent, compressed or not, and the route that gave it."""

    held: CacheEntry[Any]
    minute: datetime
    behind: bool
    route: str
    headers: list[tuple[bytes, bytes]]
    mark: str
    body: bytes

    async def stands(self, now: datetime) -> bool:
        """Whether it would be the same if it were made now; also false where nobody can say."""
        if not self.minute <= now < self.minute + A_MINUTE:
            return False
        try:
            with prefer_replica() if self.behind else nullcontext():
                return await self.held.is_fresh()
        except DatabaseAway:
            return False


class AtHand:
    """The last answers to visitors, in one process."""

    def __init__(self) -> None:
        self._shown: OrderedDict[Asked, Shown] = OrderedDict()

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send, app: ASGIApp, *, now: datetime) -> None:
        """Send what is at hand, else let the application answer."""
        asked, marks = _asked_by_nobody(scope)
        if asked is None:
            await app(scope, receive, send)
            return
        shown = self._shown.get(asked)
        if shown is None or not await shown.stands(now):
            await app(scope, receive, self._noting(asked, scope, send))
            return
        scope["path_template"] = shown.route
        known = bool(marks) and holds(shown.mark, {"if-none-match": marks.decode("latin-1")})
        headers = [one for one in shown.headers if one[0].lower() not in OF_A_BODY] if known else shown.headers
        await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if known else shown.body, "more_body": False})

    def _noting(self, asked: Asked, scope: Scope, send: Send) -> Send:
        headers: list[tuple[bytes, bytes]] = []

        async def noted(message: Message) -> None:
            nonlocal headers
            if message["type"] == "http.response.start":
                headers = list(message["headers"]) if message["status"] == 200 else []
            elif message["type"] == "http.response.body" and headers and "held" in scope["state"]:
                self._note(asked, scope, headers, message["body"])
            await send(message)

        return noted

    def _note(self, asked: Asked, scope: Scope, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        mark = next((told.decode("latin-1") for name, told in headers if name.lower() == b"etag"), "")
        if not mark:
            return
        held, minute = scope["state"]["held"]
        behind = not scope["route_handler"].opt.get("decides", True)
        self._shown[asked] = Shown(held, minute, behind, scope["path_template"], headers, mark, body)
        self._shown.move_to_end(asked)
        while len(self._shown) > MOST:
            self._shown.popitem(last=False)


def _asked_by_nobody(scope: HTTPScope) -> tuple[Asked | None, bytes]:
    """What is asked for, and the marks of what the browser holds, where nothing tells who asks."""
    hosts = codings = marks = b""
    if scope["method"] != "GET":
        return None, marks
    for name, told in scope["headers"]:
        if name == b"host":
            hosts += b"," + told
        elif name == b"accept-encoding":
            codings += b"," + told
        elif name == b"if-none-match":
            marks += b"," + told
        elif name == b"authorization" or (name == b"cookie" and OUR_COOKIES in told):
            return None, marks
    return Asked(scope["path"], scope["query_string"], hosts, codings), marks
