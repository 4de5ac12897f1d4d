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
    """The handlers as the files tell them, without importing one; a class of them once for each role that has it."""
    found = []
    for file in sorted(Path(folder.__path__[0]).rglob("*.py"), key=lambda one: one.with_suffix("").parts):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.AsyncFunctionDef) and _is_a_handler(node):
                found.append(f"{module}.{node.name}")
            elif isinstance(node, ast.ClassDef) and any(map(_is_a_handler, node.body)):
                found += [f"{module}.{role}{node.name}" for role in ("Host", "Coordinator")]
    return found


def _is_a_handler(node: ast.AST) -> bool:
    marks = node.decorator_list if isinstance(node, ast.AsyncFunctionDef) else []
    return any(isinstance(one, ast.Call) and ast.unparse(one.func) in METHODS for one in marks)


def name_of(route: object) -> str:
    if isinstance(route, type) and issubclass(route, Controller):
        return f"{route.__mro__[1].__module__}.{route.__name__}"
    return f"{route.fn.__module__}.{route.fn.__name__}"


@pytest.mark.parametrize("folder", [booking.api, booking.web])
def test_every_handler_that_is_written_is_a_route_once_and_in_the_order_of_the_files(folder):
    assert [name_of(one) for one in routes_in(folder)] == written_in(folder)
