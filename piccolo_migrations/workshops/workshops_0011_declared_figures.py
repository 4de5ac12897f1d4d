"""Targets whose figure a coordinator types, with its date and source; which of two units is the official one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Boolean, Date, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "Declared figures"
PLAIN = {
    "null": False,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
KEY = {**PLAIN, "primary_key": True, "db_column_name": "id"}


class Target(Table, tablename="targets", schema=None):
    id = Serial(**KEY)


COLUMNS = (
    ("Target", "targets", "official", Boolean, {**PLAIN, "default": True}),
    ("Target", "targets", "declared", Boolean, {**PLAIN, "default": False}),
    (
        "Declared",
        "declared_figures",
        "target",
        ForeignKey,
        {
            **PLAIN,
            "default": None,
            "references": Target,
            "on_delete": OnDelete.restrict,
            "on_update": OnUpdate.cascade,
            "target_column": None,
        },
    ),
    ("Declared", "declared_figures", "figure", Integer, {**PLAIN, "default": 0}),
    ("Declared", "declared_figures", "counted_on", Date, {**PLAIN, "default": None}),
    ("Declared", "declared_figures", "source", Varchar, {**PLAIN, "length": 200, "default": ""}),
    ("Declared", "declared_figures", "recorded_at", Timestamptz, {**PLAIN, "default": TimestamptzNow()}),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    manager.add_table(class_name="Declared", tablename="declared_figures", schema=None, columns=None)
    for table, name, column, kind, params in COLUMNS:
        manager.add_column(
            table_class_name=table,
            tablename=name,
            column_name=column,
            db_column_name=column,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    manager.add_constraint(
        table_class_name="Declared",
        tablename="declared_figures",
        constraint_name="declared_figures_counts",
        constraint_class=Check,
        params={"condition": "figure BETWEEN 0 AND 10000000 AND trim(source) <> ''"},
    )
    manager.add_constraint(
        table_class_name="Declared",
        tablename="declared_figures",
        constraint_name="declared_figures_once",
        constraint_class=Unique,
        params={"columns": ["target", "counted_on"], "nulls_distinct": True},
    )
    return manager
