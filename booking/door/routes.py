"""The routes of a folder, found where they stand: a handler is registered by being written."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from litestar.handlers.base import BaseRouteHandler


def routes_in(folder: ModuleType) -> list[BaseRouteHandler]:
    """Every handler of a package and of those inside it: by module, then in the order in which they are written."""
    names = sorted(found.name for found in walk_packages(folder.__path__, f"{folder.__name__}."))
    return [
        one
        for module in map(import_module, names)
        for one in vars(module).values()
        if isinstance(one, BaseRouteHandler) and one.fn.__module__ == module.__name__
    ]
