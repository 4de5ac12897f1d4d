"""Replica routing: a replica, which may lag, serves pages that decide nothing, to clients that wrote nothing lately.

A route opts in (`opt=... | DECIDES_NOTHING`). A browser whose last write succeeded reads the primary for as long as a
replica may lag (a cookie pins it), and so does every program that sends an API key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from litestar import Request
from litestar.datastructures import Cookie
from litestar.middleware import MiddlewareProtocol

from booking.door.forms.read import AnyRequest
from booking.door.rights.session import SAFE_METHODS
from workshops.database import prefer_replica, server_read
from workshops.database.replica import MAX_LAG

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

    from booking.process.settings import Settings

DECIDES_NOTHING: Final = {"decides": False}
# Longer than the lag of a replica that is read may be, and than it takes to notice that lag.
PRIMARY_SECONDS = int(MAX_LAG) + 5


def cookie_name(settings: Settings) -> str:
    """The `__Host-` prefix binds it to this very host, as it does the session's cookie."""
    return "__Host-technilab-acte" if settings.secure else "technilab-acte"


class ReplicaRoutingMiddleware(MiddlewareProtocol):
    """Reads from the replica first; a request that fails there, or whose rows it does not have yet, is retried on the
    primary."""

    __slots__ = ()

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _may_read_replica(scope):
            await self.app(scope, receive, send)
            return
        failed = False

        async def send_unless_failed(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start" and message["status"] >= 400 and server_read() == "replica":
                failed = True
            if not failed:
                await send(message)

        with prefer_replica():
            await self.app(scope, receive, send_unless_failed)
        if failed:
            await self.app(scope, receive, send)


def _may_read_replica(scope: Scope) -> bool:
    if scope["route_handler"].opt.get("decides", True) or scope.get("method") not in SAFE_METHODS:
        return False
    request: AnyRequest = Request(scope)
    settings: Settings = scope["litestar_app"].state.settings
    return "authorization" not in request.headers and cookie_name(settings) not in request.cookies


def pin_to_primary(message: HTTPResponseStartEvent, scope: Scope) -> None:
    """Read your own writes: the response to a successful write sets a cookie that keeps its browser on the primary.

    `message` is the start of that response.
    """
    settings: Settings = scope["litestar_app"].state.settings
    if not settings.database_read_url or scope.get("method") in SAFE_METHODS or message["status"] >= 400:
        return
    cookie = Cookie(
        key=cookie_name(settings),
        value="1",
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
        max_age=PRIMARY_SECONDS,
    )
    message["headers"] = [*message["headers"], cookie.to_encoded_header()]
