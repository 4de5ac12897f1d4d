"""What we answer where Litestar would not: HEAD as GET without the body, a body nested without end."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from litestar import Litestar
from litestar.enums import ScopeType

if TYPE_CHECKING:
    from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send


from typing import Any

from litestar import Request
from litestar.exceptions import ClientException


class Application(Litestar):
    """Litestar knows a method only where a handler names it; this one has every page answer HEAD."""

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] == ScopeType.HTTP:
            asked = cast("HTTPScope", scope)
            if asked["method"] == "HEAD":
                asked["method"] = "GET"
                send = _without_body(cast("Send", send))
            if (meter := self.state.get("meter")) is not None:
                await meter.measure(asked, receive, send, super().__call__)
                return
        await super().__call__(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def headers_alone(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return headers_alone


class Asked(Request[Any, Any, Any]):
    """Litestar's request; a body nested without end is one that cannot be read, not a fault of ours."""

    async def json(self) -> Any:
        try:
            return await super().json()
        except RecursionError:
            raise ClientException("nested too deep") from None
