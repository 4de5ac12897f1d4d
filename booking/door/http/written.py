"""JSON responses of the API, serialized in one step; Litestar would build a response and an ASGI response around it."""

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

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class JSONResponse:
    """An ASGI response: a serialized JSON body, its status and its headers."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, content: Any, status: int, headers: Mapping[str, str] = NO_HEADERS) -> None:
        self.body, self.status = encode_json(content), status
        self.headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        self.headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self.body))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def serialize_directly(route: HTTPRoute) -> None:
    """Replace the response handlers of a route's handlers that return a Struct, or a Response that holds one."""
    for handler, _ in route.route_handler_map.values():
        if _returns_plain_json(handler):
            handler.get_response_handler()
            response_handlers = handler._response_handler_mapping
            response_handlers["default_handler"] = response_handlers["response_type_handler"] = _serializing(
                handler.status_code, response_handlers["response_type_handler"]
            )


def _returns_plain_json(handler: HTTPRouteHandler) -> bool:
    """Whether a handler returns a Struct, with no background task, header, cookie or hook of its own."""
    return_type = handler.parsed_fn_signature.return_type
    extras = (handler.background, handler.resolve_response_headers(), handler.resolve_response_cookies())
    has_hook = any(layer.after_request for layer in handler.ownership_layers)
    annotation = return_type.annotation
    is_struct = return_type.origin is Response or (isinstance(annotation, type) and issubclass(annotation, Struct))
    return is_struct and not any(extras) and not has_hook and handler.resolve_response_class() is Response


def _serializing(status: int, default: Any) -> Any:
    async def serialize(data: Any, **connection: Any) -> Any:
        if not isinstance(data, Response):
            return JSONResponse(data, status)
        if type(data) is not Response or not isinstance(data.content, Struct):
            return await default(data=data, **connection)
        if data.cookies or data.background or data.media_type or data.response_type_encoders:
            return await default(data=data, **connection)
        return JSONResponse(data.content, data.status_code or status, data.headers)

    return serialize
