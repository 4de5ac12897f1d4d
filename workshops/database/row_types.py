"""Rows as frozen Structs: a test compares each statement's columns and their types with the fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar, cast, get_origin, get_type_hints

from msgspec import Struct

from workshops.database.engine import row, rows

RowType = TypeVar("RowType")


async def rows_as(row_type: type[RowType], sql: str, *args: object) -> list[RowType]:
    """Every row as a Struct whose fields are the statement's columns, name by name.

    A field that is a Struct itself takes the columns of its own fields, but for those that have a
    default and no column; a tuple, an array.
    """
    convert = _converter(row_type)
    return [convert(record) for record in await rows(sql, *args)]


async def row_as(row_type: type[RowType], sql: str, *args: object) -> RowType | None:
    """The first row as a Struct, or None."""
    record = await row(sql, *args)
    return None if record is None else _converter(row_type)(record)


def columns_of(row_type: type[Any], table: str) -> str:
    """The columns of a part of a row, as a SELECT of several lists them: `w.pupils_do, w.shown_only`."""
    return ", ".join(f"{table}.{name}" for name in get_type_hints(row_type))


def part_of(row_type: type[RowType], record: Mapping[str, Any]) -> RowType:
    """A part of a row that is read column by column."""
    return row_type(**{name: record[name] for name in get_type_hints(row_type)})


def insert_of(
    table: str,
    *owners: str,
    row_type: type[Struct],
    but: Collection[str] = (),
    once: Collection[str] = (),
    again: bool = False,
) -> str:
    """The statement that writes one row: the columns of its `owners` first, then the fields of a Struct `but` some.

    $1 is the first of them. It returns the row's id; where there is one that has the same values in the columns `once`,
    none, or with `again` that one, which takes the other values.
    """
    columns = [*owners, *(name for name in row_type.__struct_fields__ if name not in but)]
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    replaced = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in once)
    conflict = f"ON CONFLICT ({', '.join(once)}) DO {f'UPDATE SET {replaced}' if again else 'NOTHING'}" if once else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {conflict} RETURNING id"  # noqa: S608 - names of our own columns


def values_of(row_type: type[Struct], asked: Struct) -> dict[str, Any]:
    """What an act says of the columns of a row, where it says more than they hold: the fields of `row_type`."""
    return {name: getattr(asked, name) for name in row_type.__struct_fields__}


def is_row_type(hint: Any) -> bool:
    """Whether a row, or a part of one, can be made into this."""
    return isinstance(hint, type) and issubclass(hint, Struct)


_converters: dict[type, Callable[..., Any]] = {}


def _converter(row_type: type[RowType]) -> Callable[[Mapping[str, Any]], RowType]:
    if row_type not in _converters:
        _converters[row_type] = _build_converter(row_type)
    return _converters[row_type]


def _build_converter(row_type: type[RowType]) -> Callable[[Mapping[str, Any]], RowType]:
    hints = get_type_hints(row_type)
    nested = {name: cast(type[Any], hint) for name, hint in hints.items() if is_row_type(hint)}
    parts = {name: (_converter(hint), tuple(get_type_hints(hint))) for name, hint in nested.items()}
    arrays = {name for name, hint in hints.items() if get_origin(hint) is tuple}

    def convert(record: Mapping[str, Any]) -> RowType:
        values = dict(record)
        for name in arrays & values.keys():
            values[name] = tuple(values[name])
        for name, (convert_part, columns) in parts.items():
            values[name] = convert_part({column: values.pop(column) for column in columns if column in values})
        return row_type(**values)

    return convert if parts or arrays else lambda record: row_type(**record)
