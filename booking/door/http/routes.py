"""The routes of a folder, found where they stand: a handler is registered by being written."""

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
    """Pages that several roles have, each role at an address of its own; a handler finds its own in `self.path`."""

    paths: ClassVar[Mapping[Role, str]] = {}


class Known(Router):
    """A router that knows which handlers it holds: Litestar's lists them all again for each route that is added."""

    @cached_property
    def route_handler_method_map(self) -> dict[str, RouteHandlerMapItem]:
        """The handlers of each path, by method."""
        return {}

    def know(self, added: Sequence[BaseRoute]) -> list[HTTPRoute]:
        """Remember routes that were added; all of ours are pages and acts, none a socket."""
        routes = [route for route in added if isinstance(route, HTTPRoute)]
        for route in routes:
            self.route_handler_method_map[route.path] = {
                method: handler for handler in route.route_handlers for method in handler.http_methods
            }
        return routes


class Routes(Known):
    """The routes of one application, made for it alone: Litestar would copy a router with all its handlers."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        """Add a handler, or all those of a class."""
        return [*self.know(super().register(value))]


def routes_in(folder: ModuleType) -> list[BaseRouteHandler | type[Controller]]:
    """Every handler of a package and of those inside it: by module, then in the order in which they are written."""
    names = sorted(found.name for found in walk_packages(folder.__path__, f"{folder.__name__}."))
    return [
        route for module in map(import_module, names) for one in vars(module).values() for route in _of(one, module)
    ]


def _of(one: object, module: ModuleType) -> list[BaseRouteHandler | type[Controller]]:
    if isinstance(one, BaseRouteHandler) and one.fn.__module__ == module.__name__:
        return [one]
    if isinstance(one, type) and issubclass(one, ByRole) and one.__module__ == module.__name__:
        told = ((role, {"path": path, "opt": {"who": {role}}}) for role, path in one.paths.items())
        return [type(f"{role.title()}{one.__name__}", (one,), more) for role, more in told]
    return []
