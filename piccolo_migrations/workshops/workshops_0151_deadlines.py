"""A slot holds its deadlines, each on a working day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-26T10:00:00:000151"
VERSION = "1.38.0"
DESCRIPTION = "Deadlines of slots"
COLUMNS = ("settles_at", "list_locks_at", "eve_at")
MAYBE = {
    "default": None,
    "null": True,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    for name in COLUMNS:
        manager.add_column(
            table_class_name="Slot",
            tablename="slots",
            column_name=name,
            db_column_name=name,
            column_class_name="Timestamptz",
            column_class=Timestamptz,
            params=MAYBE,
            schema=None,
        )
    return manager
