"""An answer of the API as it leaves: written once, where Litestar builds a response, then another one around it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from litestar.response import Response
from litestar.serialization import encode_json
from msgspec import Struct

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler
    from litestar.routes import HTTPRoute
    from litestar.types import Receive, Scope, Send

NO_MORE: Final[Mapping[str, str]] = MappingProxyType({})


class Written:
    """A body in JSON, and all that is said before it."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, told: Any, status: int, headers: Mapping[str, str] = NO_MORE) -> None:
        self.body, self.status = encode_json(told), status
        self.headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        self.headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self.body))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def write_at_once(route: HTTPRoute) -> None:
    """For each handler that answers with a shape of its own, or with one and its address."""
    for handler, _ in route.route_handler_map.values():
        if _adds_nothing(handler):
            handler.get_response_handler()
            known = handler._response_handler_mapping
            known["default_handler"] = known["response_type_handler"] = _writing(
                handler.status_code, known["response_type_handler"]
            )


def _adds_nothing(handler: HTTPRouteHandler) -> bool:
    told = handler.parsed_fn_signature.return_type
    more = (handler.background, handler.resolve_response_headers(), handler.resolve_response_cookies())
    after = any(layer.after_request for layer in handler.ownership_layers)
    shape = told.origin is Response or (isinstance(told.annotation, type) and issubclass(told.annotation, Struct))
    return shape and not any(more) and not after and handler.resolve_response_class() is Response


def _writing(status: int, otherwise: Any) -> Any:
    async def writing(data: Any, **asked: Any) -> Any:
        if not isinstance(data, Response):
            return Written(data, status)
        if type(data) is not Response or not isinstance(data.content, Struct):
            return await otherwise(data=data, **asked)
        if data.cookies or data.background or data.media_type or data.response_type_encoders:
            return await otherwise(data=data, **asked)
        return Written(data.content, data.status_code or status, data.headers)

    return writing
