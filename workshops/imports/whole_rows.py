"""Whole rows of some tables as JSON, so that an import of them can be taken back: what it replaced, what it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from piccolo.table import Table

Rows = dict[str, list[dict[str, Any]]]


def name_of(table: type[Table]) -> str:
    """The table's name in the database."""
    return table._meta.tablename


def reading(tables: Sequence[type[Table]]) -> str:
    """SQL of all their rows, as one JSON object: a list for each table."""
    lists = ", ".join(
        f"'{name_of(one)}', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]') FROM {name_of(one)} t)"  # noqa: S608 - names of our tables
        for one in tables
    )
    return f"SELECT jsonb_build_object({lists})"


def putting_back(table: type[Table]) -> str:
    """SQL that makes the rows $1 (JSON) what they were."""
    name = name_of(table)
    columns = [one._meta.name for one in table._meta.columns if one._meta.name != "id"]
    told = ", ".join(f'"{one}" = was."{one}"' for one in columns)
    return f"UPDATE {name} t SET {told} FROM jsonb_populate_recordset(NULL::{name}, $1::jsonb) was WHERE t.id = was.id"  # noqa: S608 - names of our tables


def taking_away(table: type[Table]) -> str:
    """SQL that removes the rows $1."""
    return f"DELETE FROM {name_of(table)} t WHERE t.id = ANY ($1::int[])"  # noqa: S608 - names of our tables


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
    """How many of these rows are no longer so, or no longer there."""
    return sum(
        {one["id"]: one for one in stored.get(name, [])}.get(row["id"]) != row
        for name, told in becomes.items()
        for row in told
    )
