"""What a statement reads, as a frozen dataclass: a test compares its columns and their types with the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from typing import Any, TypeVar, cast, get_origin, get_type_hints

from workshops.database.engine import row, rows

Shape = TypeVar("Shape")


async def rows_as(shape: type[Shape], sql: str, *args: object) -> list[Shape]:
    """Every row as a dataclass whose fields are the statement's columns, name by name.

    A field that is a dataclass itself takes the columns of its own fields; a tuple, an array.
    """
    fill = _filling(shape)
    return [fill(one) for one in await rows(sql, *args)]


async def row_as(shape: type[Shape], sql: str, *args: object) -> Shape | None:
    """The first row as a dataclass, or None."""
    found = await row(sql, *args)
    return None if found is None else _filling(shape)(found)


_fillings: dict[type, Callable[..., Any]] = {}


def _filling(shape: type[Shape]) -> Callable[[Mapping[str, Any]], Shape]:
    if shape not in _fillings:
        _fillings[shape] = _learnt(shape)
    return _fillings[shape]


def _learnt(shape: type[Shape]) -> Callable[[Mapping[str, Any]], Shape]:
    hints = get_type_hints(shape)
    inner = {name: cast(type[Any], hint) for name, hint in hints.items() if is_dataclass(hint)}
    parts = {name: (_filling(hint), tuple(get_type_hints(hint))) for name, hint in inner.items()}
    arrays = {name for name, hint in hints.items() if get_origin(hint) is tuple}

    def fill(one: Mapping[str, Any]) -> Shape:
        facts = dict(one)
        for name in arrays & facts.keys():
            facts[name] = tuple(facts[name])
        for name, (part, columns) in parts.items():
            facts[name] = part({column: facts.pop(column) for column in columns})
        return shape(**facts)

    return fill if parts or arrays else lambda one: shape(**one)
