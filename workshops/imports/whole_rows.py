"""Whole rows of some tables as JSON, so that an import of them can be taken back: what it replaced, what it made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from piccolo.table import Table

from workshops.database import rows, value

Rows = dict[str, list[dict[str, Any]]]


async def stored_rows(tables: Sequence[type[Table]]) -> Rows:
    """All their rows: a list for each table."""
    lists = ", ".join(
        f"'{name}', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]') FROM {name} t)"  # noqa: S608 - names of our tables
        for name in map(_name_of, tables)
    )
    found: Rows = json.loads(await value(f"SELECT jsonb_build_object({lists})"))
    return found


async def take_rows_back(tables: Sequence[type[Table]], made: Mapping[str, list[int]], before: Rows) -> None:
    """The rows that were `made` go, those `before` are again as they were; a table stands after those it points to.

    A column that came since the rows were stored stays as it is. Inside the caller's transaction.
    """
    for name in map(_name_of, reversed(tables)):
        await rows(f"DELETE FROM {name} t WHERE t.id = ANY ($1::int[])", made.get(name, []))  # noqa: S608 - names of our tables
    for table in tables:
        name, columns = _name_of(table), [column._meta.name for column in table._meta.columns]
        stored = before.get(name, [])
        known = [column for column in columns if column != "id" and all(column in one for one in stored)]
        if not stored:
            continue
        told = ", ".join(f'"{column}" = was."{column}"' for column in known)
        put_back = (
            f"UPDATE {name} t SET {told} FROM jsonb_populate_recordset(NULL::{name}, $1::jsonb) was WHERE t.id = was.id"  # noqa: S608 - names of our tables
        )
        await rows(put_back, json.dumps(stored))


def _name_of(table: type[Table]) -> str:
    return table._meta.tablename


def changed_between(before: Rows, after: Rows) -> tuple[Rows, Rows]:
    """Of the rows of each table those that differ: as they were, and as they are; one that is new was not."""
    was: Rows = {}
    becomes: Rows = {}
    for name, stored in after.items():
        known = {one["id"]: one for one in before.get(name, [])}
        moved = [one for one in stored if known.get(one["id"]) != one]
        becomes[name] = moved
        was[name] = [known[one["id"]] for one in moved if one["id"] in known]
    return was, becomes


def together(first: Rows, then: Rows) -> Rows:
    """The rows of both, those of `first` where both have one."""
    return {
        name: list({one["id"]: one for one in (*then.get(name, []), *first.get(name, []))}.values())
        for name in {**first, **then}
    }


def made_between(was: Rows, becomes: Rows) -> dict[str, list[int]]:
    """The numbers of the rows that were not there."""
    return {
        name: sorted({one["id"] for one in stored} - {one["id"] for one in was.get(name, [])})
        for name, stored in becomes.items()
    }


def count_of(some: Mapping[str, Sequence[object]]) -> int:
    """How many rows in all the tables."""
    return sum(len(one) for one in some.values())


def moved_since(becomes: Rows, stored: Rows) -> int:
    """How many of these rows are no longer so, or no longer there; of a column that came since, nothing is known."""
    now = {name: {one["id"]: one for one in stored.get(name, [])} for name in becomes}
    return sum(
        any(now[name].get(row["id"], {}).get(column) != told for column, told in row.items())
        for name, said in becomes.items()
        for row in said
    )
