"""A table that anybody may take: plain cells, in columns that stay. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

Cell = str | int | bool | date | None
Line = tuple[Cell, ...]


class OpenColumn(Struct, frozen=True):
    """A column of a table: its `name` never changes; `kind` is its type in a Table Schema; `words` say what it is."""

    name: str
    kind: Literal["string", "integer", "boolean", "date"]
    title: str
    words: str
    needed: bool = True


class OpenTable(Struct, frozen=True):
    """A table that anybody may take: the first `keys` columns say which line it is."""

    name: str
    title: str
    words: str
    columns: tuple[OpenColumn, ...]
    keys: int
    lines: tuple[Line, ...]


class LyceeNamed(Struct, frozen=True):
    """A lycée as the annuaire names it."""

    id: int
    uai: str
    name: str
    commune: str
    department: str
