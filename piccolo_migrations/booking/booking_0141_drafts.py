"""Drafts: forms that were not taken, sealed for the browser that sent them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Bytea, ForeignKey, Serial, Timestamptz
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-26T10:00:01:000141"
VERSION = "1.38.0"
DESCRIPTION = "Drafts"
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
MOMENT = {**PLAIN, "default": None}


class Account(Table, tablename="accounts", schema=None):
    id = Serial(**{**PLAIN, "primary_key": True, "db_column_name": "id"})


TO_ACCOUNT = {
    **PLAIN,
    "default": None,
    "references": Account,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.cascade,
    "target_column": None,
}
TABLES = (
    (
        "Draft",
        "drafts",
        (
            ("key_hash", Bytea, {**PLAIN, "default": b"", "index": True}),
            ("account", ForeignKey, {**TO_ACCOUNT, "index": True}),
            ("sealed", Bytea, {**PLAIN, "default": b""}),
            ("expires_at", Timestamptz, {**MOMENT, "index": True}),
        ),
    ),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    for table, tablename, columns in TABLES:
        manager.add_table(class_name=table, tablename=tablename, schema=None, columns=None)
        for name, kind, params in columns:
            manager.add_column(
                table_class_name=table,
                tablename=tablename,
                column_name=name,
                db_column_name=name,
                column_class_name=kind.__name__,
                column_class=kind,
                params=params,
                schema=None,
            )
    return manager
