"""School years that are closed and what became of their rows; accounts that are warned or erased; keys that serve."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:01:000020"
VERSION = "1.38.0"
DESCRIPTION = "School years closed"
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
MOMENT = {**PLAIN, "default": None}
MAYBE = {**MOMENT, "null": True}


class YearClosing(Table, tablename="year_closings", schema=None):
    id = Serial(**KEY)


TO_CLOSING = {
    **PLAIN,
    "default": None,
    "references": YearClosing,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.cascade,
    "target_column": None,
}
TABLES = (
    (
        "YearClosing",
        "year_closings",
        (
            ("school_year", Varchar, {**PLAIN, "length": 9, "default": "", "unique": True}),
            ("started_at", Timestamptz, MOMENT),
            ("closed_at", Timestamptz, MAYBE),
            ("closed_by", Integer, MAYBE),
        ),
    ),
    (
        "YearCount",
        "year_counts",
        (
            ("closing", ForeignKey, TO_CLOSING),
            ("what", Varchar, {**PLAIN, "length": 20, "default": ""}),
            ("number", Integer, {**PLAIN, "default": 0}),
        ),
    ),
)
MORE_COLUMNS = (
    ("Account", "accounts", "warned_at"),
    ("Account", "accounts", "erased_at"),
    ("ApiToken", "api_tokens", "used_at"),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    columns = [(*table[:2], *column) for table in TABLES for column in table[2]]
    columns += [(*one, Timestamptz, MAYBE) for one in MORE_COLUMNS]
    for table in TABLES:
        manager.add_table(class_name=table[0], tablename=table[1], schema=None, columns=None)
    for class_name, tablename, name, kind, params in columns:
        manager.add_column(
            table_class_name=class_name,
            tablename=tablename,
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    for name, kind, params in (
        ("year_counts_once", Unique, {"columns": ["closing", "what"]}),
        ("year_counts_positive", Check, {"condition": "number >= 0"}),
    ):
        manager.add_constraint(
            table_class_name="YearCount",
            tablename="year_counts",
            constraint_name=name,
            constraint_class=kind,
            params=params,
        )
    return manager
