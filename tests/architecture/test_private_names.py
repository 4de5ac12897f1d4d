"""Libraries are used by their public names alone: what they keep to themselves changes without a word.

A name is private that begins with one underscore, and so is whatever stands in a module so named. What is listed here
keeps a trap of old from coming back; each is held by the test that is named beside it.
"""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("booking", "workshops")
FILES = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES))
# Documented by their authors under these names: a named tuple's, and what Piccolo says of a table.
PUBLIC = {"_replace", "_asdict", "_fields", "_meta"}
# What Python itself writes into a class.
PYTHONS = {"_abc_impl", "_parameters", "_is_protocol", "_is_runtime_protocol"}
# Piccolo's transaction forgets its connection (tests/workshops/database/test_engine.py).
ALLOWED = {("workshops/database/safe_transaction.py", name) for name in ("_parent", "_committed", "_rolled_back")}


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def own_names(tree: ast.Module) -> set[str]:
    """The private names that a file gives by itself."""
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)  # a slot's name
    return found


def private_names(file: Path) -> set[tuple[str, str]]:
    tree = ast.parse(file.read_text())
    ours, found = own_names(tree), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in ours:
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] not in PACKAGES:
            found |= {one for one in (node.module or "").split(".") if is_private(one)}
            found |= {one.name for one in node.names if is_private(one.name)}
        elif isinstance(node, ast.Attribute) and node.attr in {"__dataclass_fields__", "__wrapped__"}:
            found.add(node.attr)
        elif _reaches_inside(node):
            found.add(ast.unparse(node))
    return {(name_of(file), name) for name in found - PUBLIC}


def _reaches_inside(node: ast.AST) -> bool:
    """`vars(module)[...] = ...`, and getattr or setattr of a private name."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "vars"
    if not isinstance(node, ast.Call) or ast.unparse(node.func) not in {"getattr", "setattr", "delattr"}:
        return False
    named = node.args[1] if len(node.args) > 1 else None
    return isinstance(named, ast.Constant) and is_private(str(named.value))


def test_no_private_name_of_a_library_is_used():
    found = set(chain.from_iterable(map(private_names, FILES)))
    assert found - ALLOWED == set()


def test_what_is_allowed_is_still_needed():
    found = set(chain.from_iterable(map(private_names, FILES)))
    assert ALLOWED - found == set()


def modules() -> list[ModuleType]:
    """Every module that a process may import without beginning to act."""
    names = (".".join(file.relative_to(ROOT).with_suffix("").parts) for file in FILES)
    return [import_module(name.removesuffix(".__init__")) for name in names if not name.endswith("__main__")]


@pytest.fixture(scope="module")
def classes() -> list[type]:
    found = {
        one
        for module in modules()
        for one in vars(module).values()
        if inspect.isclass(one) and one.__module__ == module.__name__
    }
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


def test_no_class_takes_the_place_of_what_a_library_keeps_to_itself(classes: list[type]):
    found = {
        f"{one.__module__}.{one.__qualname__}.{name}"
        for one in classes
        for base in one.__mro__[1:]
        if base.__module__.split(".")[0] not in {*PACKAGES, "builtins", "typing", "enum", "msgspec", "abc"}
        for name in vars(one).keys() & vars(base).keys()
        if is_private(name) and name not in PUBLIC | PYTHONS
    }
    assert found == set()
