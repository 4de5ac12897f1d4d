"""Links that open one visit's desk to a helper without account."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Bytea, ForeignKey, Serial, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-25T10:00:01:000015"
VERSION = "1.38.0"
DESCRIPTION = "Desk links"
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
KEY = {
    "null": False,
    "primary_key": True,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": "id",
    "secret": False,
}


class Account(Table, tablename="accounts", schema=None):
    id = Serial(**KEY)


class Slot(Table, tablename="slots", schema=None):
    id = Serial(**KEY)


TO_SLOT = {
    **PLAIN,
    "index": True,
    "default": None,
    "references": Slot,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.cascade,
    "target_column": None,
}
TO_ACCOUNT = {**TO_SLOT, "index": False, "null": True, "references": Account, "on_delete": OnDelete.set_null}
COLUMNS = (
    ("token_hash", Bytea, {**PLAIN, "default": b"", "unique": True}),
    ("slot", ForeignKey, TO_SLOT),
    ("made_by", ForeignKey, TO_ACCOUNT),
    ("created_at", Timestamptz, {**PLAIN, "default": TimestamptzNow()}),
    ("revoked_at", Timestamptz, {**PLAIN, "default": None, "null": True}),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.add_table(class_name="DeskLink", tablename="desk_links", schema=None, columns=None)
    for name, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="DeskLink",
            tablename="desk_links",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    return manager
