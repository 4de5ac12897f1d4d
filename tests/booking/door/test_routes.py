"""A handler is registered by being written, and the listing is the same at every start."""

from __future__ import annotations

import ast
from pathlib import Path

import booking.api
from booking.door.routes import routes_in

METHODS = {"get", "post", "put", "delete"}


def written_in(folder: Path) -> list[str]:
    """The handlers as the files tell them, without importing one."""
    return [
        f"booking.api.{file.stem}.{node.name}"
        for file in sorted(folder.glob("*.py"))
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.AsyncFunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id in METHODS
    ]


def test_every_handler_that_is_written_is_a_route_once_and_in_the_order_of_the_files():
    listed = [f"{one.fn.__module__}.{one.fn.__name__}" for one in routes_in(booking.api)]
    assert listed == written_in(Path(booking.api.__file__).parent)
