"""The words of a migration: tables with their columns and constraints, and steps in SQL.

    School = known("School", "schools")
    CREATED = [table("Room", "rooms", refers("school", School, CASCADE), column("name", Varchar, length=80))]

    async def forwards() -> MigrationManager:
        return makes("workshops", ID, DESCRIPTION, CREATED)

A migration describes what it makes by itself and reads no table of the code: that of today is not that of its day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import Column, OnDelete, OnUpdate
from piccolo.columns.column_types import ForeignKey, Serial
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Constraint, Unique
from piccolo.table import Table, create_table_class

from workshops.database import rows, value

# How long a migration asks for a table that somebody holds: whoever comes after waits behind it as long.
PATIENCE = "SET LOCAL lock_timeout = '3s'"
IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)"
CASCADE, RESTRICT, SET_NULL = OnDelete.cascade, OnDelete.restrict, OnDelete.set_null
PLAIN: dict[str, Any] = {
    "null": False,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
UNDONE = {
    r"CREATE (?:UNIQUE )?INDEX (\w+)": r"DROP INDEX \1",
    r"CREATE VIEW (\w+)": r"DROP VIEW \1",
    r"CREATE FUNCTION (\w+)\(\)": r"DROP FUNCTION \1()",
    r"CREATE TRIGGER (\w+) .*? ON (\w+)\s": r"DROP TRIGGER \1 ON \2",
    r"ALTER TABLE (\w+) ADD CONSTRAINT (\w+)": r"ALTER TABLE \1 DROP CONSTRAINT \2",
    r"INSERT INTO (\w+)": r"DELETE FROM \1",
}
# A name, the class of a column or of a constraint, and what it is made with.
Part = tuple[str, type[Column] | type[Constraint], dict[str, Any]]


class Steps(MigrationManager):
    """A migration in SQL, which keeps its statements, to be read."""

    statements: tuple[str, ...] = ()


class MadeTable(Struct, frozen=True):
    """A table as a migration makes it."""

    name: str
    tablename: str
    parts: tuple[Part, ...]


def table(name: str, tablename: str, *parts: Part) -> MadeTable:
    """A table with its columns and constraints; its `id` goes without saying."""
    return MadeTable(name, tablename, parts)


def column(name: str, kind: type[Column], **params: Any) -> Part:
    """A column: what is not said is plain, and it has no default."""
    return name, kind, PLAIN | {"default": None} | params


def known(name: str, tablename: str, key: type[Serial] = Serial) -> type[Table]:
    """A table that columns refer to, as Piccolo needs to know it: its names and its `id`."""
    members = {"id": key(**PLAIN | {"primary_key": True, "db_column_name": "id"})}
    return create_table_class(name, class_kwargs={"tablename": tablename}, class_members=members)


def refers(name: str, to: type[Table] | str, on_delete: OnDelete, **params: Any) -> Part:
    """A column that names a row of another table, or of its own (`self`); a number that changes there changes here."""
    said = {"references": to, "on_delete": on_delete, "on_update": OnUpdate.cascade, "target_column": None}
    return column(name, ForeignKey, **said | params)


def check(name: str, condition: str) -> Part:
    """What every row must fulfil."""
    return name, Check, {"condition": condition}


def unique(name: str, *columns: str) -> Part:
    """What no two rows have in common."""
    return name, Unique, {"columns": list(columns), "nulls_distinct": True}


def makes(
    app: str,
    number: str,
    description: str,
    created: Sequence[MadeTable] = (),
    *,
    grown: Sequence[MadeTable] = (),
    dropped: Sequence[tuple[str, str]] = (),
) -> MigrationManager:
    """The migration that makes these tables, adds these columns and constraints to the `grown` ones, and drops the
    tables of these names and tablenames."""
    manager = MigrationManager(migration_id=number, app_name=app, description=description)
    manager.add_raw(_wait_a_moment_only)
    for made in created:
        manager.add_table(class_name=made.name, tablename=made.tablename, schema=None, columns=None)
    for name, tablename in dropped:
        manager.drop_table(class_name=name, tablename=tablename, schema=None)
    for made in (*created, *grown):
        of: dict[str, Any] = {"table_class_name": made.name, "tablename": made.tablename, "schema": None}
        for name, kind, params in made.parts:
            if issubclass(kind, Column):
                said: dict[str, Any] = {
                    "column_name": name,
                    "db_column_name": name,
                    "column_class": kind,
                    "params": params,
                }
                manager.add_column(column_class_name=kind.__name__, **said, **of)
            elif issubclass(kind, Constraint):
                manager.add_constraint(constraint_name=name, constraint_class=kind, params=params, **of)
    return manager


def steps(app: str, number: str, description: str, statements: Sequence[str | tuple[str, str]]) -> MigrationManager:
    """The migration that takes these steps in SQL; Piccolo would take them before it makes a table beside them.

    Backwards it drops what they create, the last first; what creates nothing comes with the step that takes it back.
    """
    pairs = [(one, _undone(one)) if isinstance(one, str) else one for one in statements]
    manager = Steps(migration_id=number, app_name=app, description=description)
    manager.statements = tuple(statement for statement, _ in pairs)
    manager.add_raw(_wait_a_moment_only)

    async def run() -> None:
        for statement, _ in pairs:
            await rows(statement)

    async def run_backwards() -> None:
        for _, back in reversed(pairs):
            await rows(back)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager


def indexes(app: str, number: str, description: str, statements: Sequence[str]) -> MigrationManager:
    """The migration that makes indexes of a large table while everybody goes on (`CREATE INDEX name ON …`).

    Outside a transaction, each concurrently: it waits for whoever is writing, and nobody waits for it. One that was cut
    short leaves an index that PostgreSQL keeps up and never reads: run again, it drops that one and makes it anew.
    """
    named = {re.split(r"\bINDEX ", one, maxsplit=1)[1].split()[0]: one for one in statements}
    manager = Steps(migration_id=number, app_name=app, description=description, wrap_in_transaction=False)
    manager.statements = tuple(statements)

    async def run() -> None:
        for name, statement in named.items():
            valid = await value(IS_VALID, name)
            if valid is False:
                await rows(f"DROP INDEX CONCURRENTLY {name}")
            if not valid:
                await rows(statement.replace(" INDEX ", " INDEX CONCURRENTLY ", 1))

    async def run_backwards() -> None:
        for name in named:
            await rows(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager


async def _wait_a_moment_only() -> None:
    await rows(PATIENCE)


# A line that somebody else is raising is passed over, for another or a new one; one that this transaction has raised
# already stays as it is: what a transaction writes is seen all at once.
RAISED = """
    WITH free AS (
      SELECT touched.scope, idle.id, idle.own FROM ({touched}) touched (scope)
      LEFT JOIN LATERAL (
        SELECT id, xmin = pg_current_xact_id()::xid AS own FROM versions WHERE versions.scope = touched.scope
        ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
      ) idle ON true WHERE touched.scope IS NOT NULL
    ), raised AS (
      UPDATE versions SET raised = raised + 1 FROM free WHERE versions.id = free.id AND NOT free.own
    )
    INSERT INTO versions (scope, raised) SELECT scope, 1 FROM free WHERE id IS NULL;"""


def raising(table: str, scopes: str) -> list[str]:
    """The steps after which whatever is written to a table raises versions, once a statement, at its end.

    `scopes` selects whose versions from {rows}: the lines that were written, as they were and as they are.
    """
    gone, come = (scopes.format(rows=rows) for rows in ("gone", "come"))
    function = f"""CREATE FUNCTION raised_by_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN{RAISED.format(touched=f"SELECT DISTINCT {come}")}
  ELSIF TG_OP = 'DELETE' THEN{RAISED.format(touched=f"SELECT DISTINCT {gone}")}
  ELSE{RAISED.format(touched=f"SELECT {gone} UNION SELECT {come}")}
  END IF;
  RETURN NULL;
END $$"""
    before, after = "OLD TABLE AS gone", "NEW TABLE AS come"
    acts = {"insert": after, "update": f"{before} {after}", "delete": before}
    return [function] + [
        f"""CREATE TRIGGER {table}_{act}_raises AFTER {act.upper()} ON {table} REFERENCING {lines}
  FOR EACH STATEMENT EXECUTE FUNCTION raised_by_{table}()"""
        for act, lines in acts.items()
    ]


def _undone(statement: str) -> str:
    found = next((one, back) for pattern, back in UNDONE.items() if (one := re.match(pattern, statement, re.DOTALL)))
    return found[0].expand(found[1])
