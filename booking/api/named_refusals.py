"""Which refusals an operation gives, each by its kind: read off the code of its handler and of what that calls.

A verb names what it raises, or calls what names it; a constraint that stands for a refusal stands beside it. So the
names in the code are enough, and a refusal that a verb learns is in the document without being written there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any, get_type_hints

import msgspec

from workshops.refusals import Refusal

OURS = ("booking.", "workshops.")
# What every act passes through, at the door and at the database: the statuses say it of each operation by themselves.
PASSED_BY_ALL = ("booking.door.http", "workshops.database")
DEEP = 3


@cache
def kinds_of(handler: Any) -> frozenset[tuple[int, str]]:
    """The (status, kind) of each refusal that a handler's own code, and whatever it calls, may raise."""
    found: set[type[Refusal]] = set()
    seen: set[object] = set()
    waiting: list[object] = [unwrap(handler)]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, type) and issubclass(thing, Refusal) and thing is not Refusal:
            found.add(thing)
        if _is_ours(thing) and thing not in seen:
            seen.add(thing)
            waiting += _named_by(thing)
    return frozenset((refusal.status, refusal.kind) for refusal in found if 400 <= refusal.status < 500)


def _is_ours(thing: object) -> bool:
    module = getattr(thing, "__module__", None) or ""
    return isinstance(thing, FunctionType | type) and module.startswith(OURS) and not module.startswith(PASSED_BY_ALL)


def _named_by(thing: Any) -> Iterator[object]:
    """What a function names in its code and its signature, what the methods of a class do."""
    if isinstance(thing, type):
        for value in vars(thing).values():
            yield from (unwrap(part) for part in _functions_of(value))
        yield from (base for base in thing.__bases__ if _is_ours(base))
        return
    names = set(_names(thing.__code__))
    modules: list[ModuleType] = []
    for name in names & thing.__globals__.keys():
        value = thing.__globals__[name]
        if isinstance(value, ModuleType):
            modules.append(value)
        yield from _inside(value)
    for module in modules:
        if module.__name__.startswith(OURS):
            yield from (unwrap(value) for name, value in vars(module).items() if name in names and callable(value))
    for hint in _hints(thing):
        yield from _inside(hint)
    yield from (method for name in names for method in _methods().get(name, ()))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _hints(fn: Any) -> Iterator[object]:
    """The acts that a function takes: their own checks refuse too."""
    try:
        hints = get_type_hints(fn)
    except NameError:
        return
    for name, hint in hints.items():
        if name != "return":
            yield hint
            yield from getattr(hint, "__args__", ())


def _functions_of(value: object) -> Iterator[Any]:
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, classmethod | staticmethod):
        yield value.__func__
    elif isinstance(value, property) and value.fget is not None:
        yield value.fget


def _inside(value: Any, deep: int = DEEP) -> Iterator[object]:
    """What a global is, or holds: a table of constraints and their refusals, a kind of line and its verbs."""
    if isinstance(value, type):
        yield value
    elif callable(value) and isinstance(unwrapped := unwrap(value), FunctionType):
        yield unwrapped
    elif deep and isinstance(value, dict):
        for part in value.values():
            yield from _inside(part, deep - 1)
    elif deep and isinstance(value, tuple | list | frozenset):
        for part in value:
            yield from _inside(part, deep - 1)
    elif deep and isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _inside(getattr(value, name), deep - 1)


@cache
def _methods() -> dict[str, list[Any]]:
    """The methods that say by their name that they refuse: nobody names their class where they are called."""
    found: dict[str, list[Any]] = {}
    waiting = [*msgspec.Struct.__subclasses__()]
    while waiting:
        struct = waiting.pop()
        waiting += struct.__subclasses__()
        if struct.__module__.startswith(OURS):
            for name, value in vars(struct).items():
                if name.startswith("refuse") and isinstance(value, FunctionType):
                    found.setdefault(name, []).append(value)
    return found
