"""From 1.0.0 on a migration only adds until the next version: the process of before reads and writes beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from itertools import chain
from typing import Any

import pytest
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, Varchar

from booking.outbox.watch.migrations import ADDS_FROM
from tests.command_line import ROOT
from tests.upgrade.versions import before, migrations_of
from workshops.migration import Steps, column, indexes, makes, steps, table

FILES = sorted(ROOT.glob("piccolo_migrations/*/*_[0-9]*.py"))
# In SQL: what takes away, renames or changes what is there.
TAKES_AWAY = re.compile(
    r"\b(DROP\s+(?:TABLE|VIEW|MATERIALIZED VIEW|COLUMN|SCHEMA|TYPE|FUNCTION)"
    r"|RENAME\s+(?:TO|COLUMN|CONSTRAINT)|ALTER\s+(?:COLUMN\s+)?\w+\s+(?:SET\s+DATA\s+)?TYPE"
    r"|SET\s+NOT\s+NULL|DROP\s+DEFAULT|TRUNCATE)\b",
    re.IGNORECASE,
)
NEW_COLUMN = re.compile(r"ADD\s+COLUMN\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)([^,;]*)", re.IGNORECASE)


def breaks(manager: MigrationManager) -> list[str]:
    """What of a migration would stop a process that does not know of it."""
    made = {one.tablename for one in manager.add_tables}
    return [
        *(f"drops the table {one.tablename}" for one in manager.drop_tables),
        *(f"renames the table {one.old_tablename}" for one in manager.rename_tables),
        *(f"drops {one.tablename}.{one.column_name}" for one in manager.drop_columns.drop_columns),
        *(f"renames {one.tablename}.{one.old_column_name}" for one in manager.rename_columns.rename_columns),
        *chain.from_iterable(_changed(one) for one in manager.alter_columns.alter_columns),
        *(
            f"{one.tablename}.{one.column.__dict__['_meta'].name} has no default and may not be empty"
            for one in manager.add_columns.add_columns
            if one.tablename not in made and _must_be_said(one.column)
        ),
        *chain.from_iterable(map(_said, getattr(manager, "statements", ()))),
        *(["says its SQL otherwise than by steps() or indexes()"] if _unread(manager) else []),
    ]


def _changed(one: Any) -> list[str]:
    """A longer text is no other type; a column that may be empty from now on takes whatever came."""
    name = f"{one.tablename}.{one.column_name}"
    found = [f"changes the type of {name}"] if one.column_class is not one.old_column_class else []
    if one.params.get("null") is False:
        found.append(f"{name} may not be empty any more")
    if one.params.get("length", 1 << 30) < one.old_params.get("length", 0):
        found.append(f"shortens {name}")
    return found


def _must_be_said(new: Any) -> bool:
    return not new._meta.null and new.get_default_value() is None


def _said(statement: str) -> list[str]:
    bare = re.sub(r"--[^\n]*", "", statement)
    found = [f"« {' '.join(one[0].split())} »" for one in TAKES_AWAY.finditer(bare)]
    found += [
        f"{name} has no default and may not be empty"
        for name, how in NEW_COLUMN.findall(bare)
        if re.search(r"NOT\s+NULL", how, re.IGNORECASE) and not re.search(r"\bDEFAULT\b", how, re.IGNORECASE)
    ]
    return found


def _unread(manager: MigrationManager) -> bool:
    return not isinstance(manager, Steps) and any(raw.__module__ != "workshops.migration" for raw in manager.raw)


def numbers() -> dict[str, str]:
    """Of each file of a migration its number."""
    return {one.stem: _module(one.stem).ID for one in FILES}


def _module(stem: str) -> Any:
    return import_module(f"piccolo_migrations.{stem.partition('_')[0]}.{stem}")


async def test_a_migration_since_the_version_before_takes_nothing_away() -> None:
    newer = sorted(numbers().keys() - migrations_of(before()))
    found = {stem: wrong for stem in newer if (wrong := breaks(await _module(stem).forwards()))}
    assert found == {}


def test_the_product_knows_from_when_on_migrations_only_add() -> None:
    newer = numbers().keys() - migrations_of(before())
    later = {stem for stem, number in numbers().items() if number >= ADDS_FROM}
    assert newer <= later


def made(*parts: Any, of: str = "slots") -> MigrationManager:
    return makes("workshops", "2099", "planted", grown=[table("Slots", of, *parts)])


def written(*statements: str | tuple[str, str]) -> MigrationManager:
    return steps("workshops", "2099", "planted", statements)


def dropping_a_column() -> MigrationManager:
    manager = made()
    manager.drop_column(table_class_name="Slots", tablename="slots", column_name="seats", db_column_name="seats")
    return manager


def renaming_a_column() -> MigrationManager:
    manager = made()
    manager.rename_column("Slots", "slots", "seats", "places")
    return manager


def changing_a_type() -> MigrationManager:
    manager = made()
    manager.alter_column(
        "Slots", "slots", "seats", params={}, old_params={}, column_class=Varchar, old_column_class=Integer
    )
    return manager


PLANTED: Sequence[tuple[MigrationManager, list[str]]] = (
    (makes("workshops", "2099", "planted", dropped=[("Slots", "slots")]), ["drops the table slots"]),
    (dropping_a_column(), ["drops slots.seats"]),
    (renaming_a_column(), ["renames slots.seats"]),
    (changing_a_type(), ["changes the type of slots.seats"]),
    (made(column("lift", Integer)), ["slots.lift has no default and may not be empty"]),
    (written(("ALTER TABLE slots DROP COLUMN seats", "")), ["« DROP COLUMN »"]),
    (written(("ALTER TABLE slots RENAME COLUMN seats TO places", "")), ["« RENAME COLUMN »"]),
    (written(("ALTER TABLE slots ALTER COLUMN seats TYPE bigint", "")), ["« ALTER COLUMN seats TYPE »"]),
    (written(("ALTER TABLE slots ALTER room SET NOT NULL", "")), ["« SET NOT NULL »"]),
    (
        written(("ALTER TABLE slots ADD COLUMN lift int NOT NULL, ADD COLUMN b int", "")),
        ["lift has no default and may not be empty"],
    ),
    (written(("DROP VIEW slots_on_offer", "")), ["« DROP VIEW »"]),
    (written(("TRUNCATE tallies", "")), ["« TRUNCATE »"]),
)


@pytest.mark.parametrize(("manager", "wrong"), PLANTED, ids=[" ".join(wrong) for _, wrong in PLANTED])
def test_what_takes_away_is_told_by_its_name(manager: MigrationManager, wrong: list[str]) -> None:
    assert breaks(manager) == wrong


ADDING = (
    made(column("lift", Integer, null=True), column("stairs", Integer, default=0)),
    makes("workshops", "2099", "planted", [table("Lift", "lifts", column("people", Integer))]),
    written("CREATE INDEX slots_by_lift ON slots (lift)", "CREATE VIEW lifts AS SELECT 1 AS lift"),
    written(("ALTER TABLE slots ADD COLUMN lift int NOT NULL DEFAULT 0", "ALTER TABLE slots DROP COLUMN lift")),
    indexes("workshops", "2099", "planted", ["CREATE INDEX slots_by_lift ON slots (lift)"]),
)


@pytest.mark.parametrize("manager", ADDING)
def test_what_only_adds_is_let_through(manager: MigrationManager) -> None:
    assert breaks(manager) == []


def test_sql_that_nobody_can_read_is_told() -> None:
    async def unseen() -> None:
        """It could do anything."""

    manager = MigrationManager(migration_id="2099", app_name="workshops")
    manager.add_raw(unseen)
    assert breaks(manager) == ["says its SQL otherwise than by steps() or indexes()"]
