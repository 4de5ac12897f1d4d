"""Route discovery: every handler defined in a package is registered, without a list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from litestar import Controller, Router
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import HTTPRoute

from booking.people.accounts.rules import Role

if TYPE_CHECKING:
    from litestar.routes import BaseRoute
    from litestar.types import ControllerRouterHandler
    from litestar.types.internal_types import RouteHandlerMapItem


class ByRole(Controller):
    """A controller registered once per role, each time under another path; a handler reads its own in `self.path`."""

    paths: ClassVar[Mapping[Role, str]] = {}


class IndexedRouter(Router):
    """A router that keeps an index of its handlers: Litestar's lists them all again for each route that is added."""

    @cached_property
    def route_handler_method_map(self) -> dict[str, RouteHandlerMapItem]:
        """The handlers of each path, by HTTP method."""
        return {}

    def index(self, added: Sequence[BaseRoute]) -> list[HTTPRoute]:
        """Add new routes to the index; all of ours are HTTP routes, none a WebSocket."""
        routes = [route for route in added if isinstance(route, HTTPRoute)]
        for route in routes:
            self.route_handler_method_map[route.path] = {
                method: handler for handler in route.route_handlers for method in handler.http_methods
            }
        return routes


class UncopiedRouter(IndexedRouter):
    """A router that belongs to one application: Litestar would otherwise deep-copy it with all its handlers."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        """Add a handler, or all those of a controller."""
        return [*self.index(super().register(value))]


def routes_in(folder: ModuleType) -> list[BaseRouteHandler | type[Controller]]:
    """Every handler of a package and its subpackages: by module, then in the order in which they are written."""
    names = sorted(module.name for module in walk_packages(folder.__path__, f"{folder.__name__}."))
    return [
        route
        for module in map(import_module, names)
        for value in vars(module).values()
        for route in _handlers_of(value, module)
    ]


def _handlers_of(value: object, module: ModuleType) -> list[BaseRouteHandler | type[Controller]]:
    """The handlers that a module's global is: one, one for each role, or none if it was imported from elsewhere."""
    if isinstance(value, BaseRouteHandler) and value.fn.__module__ == module.__name__:
        return [value]
    if isinstance(value, type) and issubclass(value, ByRole) and value.__module__ == module.__name__:
        attributes = ((role, {"path": path, "opt": {"who": {role}}}) for role, path in value.paths.items())
        return [type(f"{role.title()}{value.__name__}", (value,), own) for role, own in attributes]
    return []
