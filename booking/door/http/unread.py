"""A route is read when it is first asked for: reading all of them is half of what a start takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booking.door.http.given import give
from booking.door.http.written import write_at_once

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.routes import HTTPRoute


NOT_READ: Any = None


class Unread(dict[Any, Any]):
    """A route's handlers by method. Whoever looks for one has Litestar read them all, and finds them in its place."""

    def __init__(self, app: Litestar, route: HTTPRoute) -> None:
        super().__init__()
        self._app, self._route = app, route

    def __missing__(self, method: Any) -> Any:
        return self._read()[method]

    def items(self) -> Any:
        """As a dict's."""
        return self._read().items()

    def values(self) -> Any:
        """As a dict's."""
        return self._read().values()

    def _read(self) -> dict[Any, Any]:
        for handler in self._route.route_handlers:
            handler.on_registration(self._app)
        self._route.route_handler_map = {}
        self._route.create_handler_map()
        give(self._route)
        write_at_once(self._route)
        return self._route.route_handler_map
