"""Which requests a replica may answer, a moment behind: of pages that decide nothing, for who has just done nothing.

A route says so (`opt=... | DECIDES_NOTHING`). A browser whose act succeeded reads the primary for as long as a replica
may be behind, and so does every program that shows a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from litestar import Request
from litestar.datastructures import Cookie

from booking.door.forms.read import AnyRequest
from booking.door.layer import Layer
from booking.door.rights.csrf import SAFE
from workshops.database import prefer_replica, server_read
from workshops.database.replica import MAX_LAG

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

    from booking.process.settings import Settings

DECIDES_NOTHING: Final = {"decides": False}
# Longer than a replica that is read may be behind, and than it takes to notice it.
FRESH_SECONDS = int(MAX_LAG) + 5


def cookie_name(settings: Settings) -> str:
    """Bound to this very host, as the session's own is."""
    return "__Host-technilab-acte" if settings.secure else "technilab-acte"


class Reading(Layer):
    """Asks the replica first; what it could not answer, or does not know yet, is asked of the primary."""

    def passes(self, scope: Scope) -> bool:
        return not _may_be_behind(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        failed = False

        async def unless_it_failed(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start" and message["status"] >= 400 and server_read() == "replica":
                failed = True
            if not failed:
                await send(message)

        with prefer_replica():
            await next_app(scope, receive, unless_it_failed)
        if failed:
            await next_app(scope, receive, send)


def _may_be_behind(scope: Scope) -> bool:
    if scope["route_handler"].opt.get("decides", True) or scope.get("method") not in SAFE:
        return False
    request: AnyRequest = Request(scope)
    settings: Settings = scope["litestar_app"].state.settings
    return "authorization" not in request.headers and cookie_name(settings) not in request.cookies


def remember_acts(message: HTTPResponseStartEvent, scope: Scope) -> None:
    """Whoever did something, as `message` begins to say, sees it on the next page, wherever that is read."""
    settings: Settings = scope["litestar_app"].state.settings
    if not settings.database_read_url or scope.get("method") in SAFE or message["status"] >= 400:
        return
    cookie = Cookie(
        key=cookie_name(settings),
        value="1",
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
        max_age=FRESH_SECONDS,
    )
    message["headers"] = [*message["headers"], cookie.to_encoded_header()]
