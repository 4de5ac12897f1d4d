"""What we answer where Litestar would not: HEAD as GET without the body, a body nested without end."""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from litestar import Litestar, Request, Router
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.plugins.core import MsgspecDIPlugin

from booking.door.http.half_sent import body_awaited
from booking.door.http.routes import Known
from booking.door.http.unread import NOT_READ, Unread
from booking.door.rights.authenticate import time_of
from booking.door.rights.csrf import SAFE
from booking.process.settings import Settings
from workshops.database.request_id import request_id

if TYPE_CHECKING:
    from litestar.plugins import PluginProtocol
    from litestar.types import (
        ControllerRouterHandler,
        HTTPScope,
        LifeSpanReceive,
        LifeSpanScope,
        LifeSpanSend,
        Message,
        Receive,
        Scope,
        Send,
    )

log = logging.getLogger("technilab.requests")
_NUMBER = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Application(Known, Litestar):
    """Litestar knows a method only where a handler names it; this one has every page answer HEAD.

    It reads a route when it is first asked for, where Litestar reads all of them before the first page.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        """Without those for pydantic, 10 MB of which nothing of ours is made: Piccolo alone brings it along."""
        return [*plugins, MsgspecDIPlugin()]

    def register(self, value: ControllerRouterHandler) -> None:  # type: ignore[override]
        """Add handlers, of which no more is known yet than who may call them, where, and by which methods."""
        added = self.know(Router.register(self, value))
        for route in added:
            for handler in route.route_handlers:
                handler.resolve_opts()
                route.route_handler_map |= dict.fromkeys(handler.http_methods, (handler, NOT_READ))
            for plugin in self.plugins.receive_route:
                plugin.receive_route(route)
        self.asgi_router.construct_routing_trie()
        for route in added:
            route.route_handler_map = Unread(self, route)

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] == ScopeType.HTTP:
            asked = cast("HTTPScope", scope)
            if asked["method"] == "HEAD":
                asked["method"] = "GET"
                send = _without_body(cast("Send", send))
            await self._answer(asked, receive, cast("Send", send))
            return
        await super().__call__(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Any, send: Send) -> None:
        """Under the request's number: the answer, a crash's page, the logs, and the mails that come of it name it."""
        number, receive = request_of(scope, self.state.settings), body_awaited(receive)
        before, status, began = request_id.set(number), 0, perf_counter()

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", number.encode())]
            await send(message)

        try:
            if (meter := self.state.get("meter")) is not None:
                await meter.measure(scope, receive, heard, self._sent)
            else:
                await self._sent(scope, receive, heard)
        finally:
            if scope["method"] not in SAFE and log.isEnabledFor(logging.INFO):
                took = (perf_counter() - began) * 1000
                log.info("%s %s %s in %.0f ms", scope["method"], route_of(scope), status, took)
            request_id.reset(before)

    async def _sent(self, scope: Any, receive: Any, send: Send) -> None:
        await self.state.at_hand.answer(scope, receive, send, super().__call__, now=time_of(self.state))


def request_of(scope: HTTPScope, settings: Settings) -> str:
    """The number that a proxy of ours gave the request, else one that is drawn."""
    peer = scope["client"][0] if scope["client"] else ""
    if settings.trusts(peer):
        for name, told in scope["headers"]:
            if name == b"x-request-id" and _NUMBER.fullmatch(told):
                return told.decode()
    return secrets.token_hex(4)


def route_of(scope: Any) -> str:
    """Which page or act was asked for, as its route is written: an address may hold what opens something."""
    return str(scope.get("path_template") or "an unknown address")


def _without_body(send: Send) -> Send:
    async def headers_alone(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return headers_alone


class Asked(Request[Any, Any, Any]):
    """Litestar's request; a body nested without end is one that cannot be read, not a fault of ours."""

    @property
    def content_length(self) -> int | None:
        """As Litestar tells it, which makes out all headers to find this one."""
        told = next((told for name, told in self.scope["headers"] if name == b"content-length"), b"")
        return int(told) if told.isdigit() else super().content_length

    async def json(self) -> Any:
        try:
            return await super().json()
        except RecursionError:
            raise ClientException("nested too deep") from None
