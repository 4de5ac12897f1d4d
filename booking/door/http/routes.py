"""Route discovery: every handler defined in a package is registered, without a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import ClassVar

from litestar import Controller
from litestar.handlers.base import BaseRouteHandler

from booking.door.rights.guards import may


class ByPermission(Controller):
    """A controller registered once per permission, each time under another path: a handler reads it in `self.path`."""

    paths: ClassVar[Mapping[str, str]] = {}


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
    """The handlers that a module's global is: one, one for each permission, or none if it came from elsewhere."""
    if isinstance(value, BaseRouteHandler) and value.fn.__module__ == module.__name__:
        return [value]
    if isinstance(value, type) and issubclass(value, ByPermission) and value.__module__ == module.__name__:
        attributes = ((name, {"path": path, "opt": may(name)}) for name, path in value.paths.items())
        return [type(f"{name.title().replace('.', '')}{value.__name__}", (value,), own) for name, own in attributes]
    return []
