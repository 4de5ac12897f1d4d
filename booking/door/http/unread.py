"""Routes are analysed by Litestar at their first request: analysing all of them is half of the start-up time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booking.door.http.given import inject_dependencies
from booking.door.http.written import serialize_directly

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.routes import HTTPRoute


NOT_ANALYSED: Any = None


class LazyHandlerMap(dict[Any, Any]):
    """A route's handlers by HTTP method; at the first lookup Litestar analyses them, and its map replaces this one."""

    def __init__(self, app: Litestar, route: HTTPRoute) -> None:
        super().__init__()
        self._app, self._route = app, route

    def __missing__(self, method: Any) -> Any:
        return self._analyse()[method]

    def items(self) -> Any:
        """As of a dict."""
        return self._analyse().items()

    def values(self) -> Any:
        """As of a dict."""
        return self._analyse().values()

    def _analyse(self) -> dict[Any, Any]:
        for handler in self._route.route_handlers:
            handler.on_registration(self._app)
        self._route.route_handler_map = {}
        self._route.create_handler_map()
        inject_dependencies(self._route)
        serialize_directly(self._route)
        return self._route.route_handler_map
