"""Every SQL statement of the two packages, found where it is sent."""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, product
from pathlib import Path
from types import ModuleType
from typing import Any

from workshops.database.request_id import PROGRAM, REQUEST_ID

ROOT = Path(__file__).parents[2]
PLAIN = ("rows", "row", "value")
SHAPED = ("rows_as", "row_as")
# The door itself, what stands on it, and the frame of the migrations.
NOT_OURS = {"workshops/database/engine.py", "workshops/database/row_types.py", "workshops/migration.py"}
TEXTUAL = {"format", "items", "values"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Sent:
    """A statement and where it is sent; `shape` is the dataclass that its rows fill, `sql` None if made at run time."""

    file: str
    line: int
    sql: str | None
    shape: Any = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Here:
    """Where an expression stands: its module, every call of it, and the functions around."""

    module: ModuleType
    calls: Sequence[tuple[ast.Call, tuple[Function, ...]]]
    within: tuple[Function, ...]
    asked: frozenset[tuple[Function, str]] = frozenset()


@cache
def every_statement() -> tuple[Sent, ...]:
    """Of the two packages, in order of file and line."""
    files = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in ("workshops", "booking")))
    names = [str(file.relative_to(ROOT)) for file in files]
    return tuple(chain.from_iterable(_statements_of(name) for name in names if name not in NOT_OURS))


def _statements_of(file: str) -> Iterator[Sent]:
    calls = list(_calls(ast.parse((ROOT / file).read_text()), ()))
    sending = [(call, within) for call, within in calls if _name(call.func) in PLAIN + SHAPED and call.args]
    if not sending:
        return
    module = importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    for call, within in sorted(sending, key=lambda one: one[0].lineno):
        here, shaped = Here(module, calls, within), _name(call.func) in SHAPED
        shape = getattr(module, _name(call.args[0])) if shaped else None
        for sql in sorted(set(_texts(_values(call.args[shaped], here)))) or [None]:
            yield Sent(
                file, call.lineno, sql and sql.replace(REQUEST_ID, "''::varchar").replace(PROGRAM, "NULL::int"), shape
            )


def _calls(node: ast.AST, within: tuple[Function, ...]) -> Iterator[tuple[ast.Call, tuple[Function, ...]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, within
        yield from _calls(child, (child, *within) if isinstance(child, Function) else within)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _texts(found: list[Any]) -> Iterator[str]:
    for one in found:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from _texts(list(one.values()))
        elif isinstance(one, list | tuple):
            yield from _texts(list(one))


def _values(node: ast.expr, here: Here) -> list[Any]:
    """What an expression may be; nothing when only a run can tell."""
    if isinstance(node, ast.IfExp):
        return _values(node.body, here) + _values(node.orelse, here)
    if isinstance(node, ast.Subscript):
        return _values(node.value, here)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return _values(node.func.value, here)
    if any(isinstance(one, ast.Await | ast.Call) and not _is_plain(one) for one in ast.walk(node)):
        return []
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    own = sorted(name for name in names if not hasattr(here.module, name) and not hasattr(builtins, name))
    code = compile(ast.Expression(node), here.module.__name__, "eval")
    found = []
    for given in product(*(list(_bound(name, here)) for name in own)):
        with suppress(AttributeError, TypeError):
            found.append(eval(code, vars(here.module), dict(zip(own, given, strict=True))))
    return found


def _is_plain(node: ast.Await | ast.Call) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TEXTUAL


def _bound(name: str, here: Here) -> Iterator[Any]:
    """What a name of a function is given: by `=`, one by one by `for`, or by those that call the function."""
    for function in here.within:
        if (function, name) in here.asked:
            continue
        here = replace(here, asked=here.asked | {(function, name)})
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                yield from _assigned(name, node.targets[0], node.value, here)
            elif isinstance(node, ast.For | ast.comprehension):
                yield from _in_turn(name, node, here)
        if name in (places := [one.arg for one in function.args.args]):
            for call, within in here.calls:
                if _name(call.func) == function.name and len(call.args) > places.index(name):
                    yield from _values(call.args[places.index(name)], replace(here, within=within))


def _assigned(name: str, target: ast.expr, given: ast.expr, here: Here) -> Iterator[Any]:
    if _name(target) == name:
        yield from _values(given, here)
    elif isinstance(given, ast.IfExp):
        yield from _assigned(name, target, given.body, here)
        yield from _assigned(name, target, given.orelse, here)
    elif isinstance(target, ast.Tuple) and isinstance(given, ast.Tuple):
        for one, its in zip(target.elts, given.elts, strict=True):
            yield from _assigned(name, one, its, here)


def _in_turn(name: str, loop: ast.For | ast.comprehension, here: Here) -> Iterator[Any]:
    if isinstance(loop.iter, ast.Tuple):
        for one in loop.iter.elts:
            yield from _assigned(name, loop.target, one, here)
        return
    targets = [_name(one) for one in getattr(loop.target, "elts", [loop.target])]
    if name in targets:
        for many in _values(loop.iter, here):
            yield from (one[targets.index(name)] for one in many) if len(targets) > 1 else many
