"""A mail may speak of two things: the visit, and the slot that it left."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer

ID = "2026-11-25T10:00:01:000006"
VERSION = "1.38.0"
DESCRIPTION = "A second number in a notice"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Notice",
        tablename="notices",
        column_name="also",
        db_column_name="also",
        column_class_name="Integer",
        column_class=Integer,
        params={"default": None, "null": True, "primary_key": False, "unique": False, "index": False},
    )
    return manager
