"""A handler is registered by being written, and the listing is the same at every start."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest
from litestar import Controller

import booking.api
import booking.web
from booking.door.http.routes import routes_in

ROOT = Path(booking.api.__file__).parents[2]
METHODS = {"get", "post", "put", "patch", "delete"}


def written_in(folder: ModuleType) -> list[str]:
    """The handlers as the files tell them, without importing one; a class of them once for each of its permissions."""
    names = []
    for file in sorted(Path(folder.__path__[0]).rglob("*.py"), key=lambda path: path.with_suffix("").parts):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.AsyncFunctionDef) and _is_a_handler(node):
                names.append(f"{module}.{node.name}")
            elif isinstance(node, ast.ClassDef) and any(map(_is_a_handler, node.body)):
                names += [f"{module}.{name}{node.name}" for name in ("RecordsOwn", "RecordsAll")]
    return names


def _is_a_handler(node: ast.AST) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.AsyncFunctionDef) else []
    return any(isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in METHODS for decorator in decorators)


def name_of(route: object) -> str:
    if isinstance(route, type) and issubclass(route, Controller):
        return f"{route.__mro__[1].__module__}.{route.__name__}"
    return f"{route.fn.__module__}.{route.fn.__name__}"


@pytest.mark.parametrize("folder", [booking.api, booking.web])
def test_every_handler_that_is_written_is_a_route_once_and_in_the_order_of_the_files(folder):
    assert [name_of(route) for route in routes_in(folder)] == written_in(folder)
