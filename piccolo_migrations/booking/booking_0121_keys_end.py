"""A key to the API ends one day, those made before a year after this; it may be one that only reads."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzOffset

ID = "2026-11-26T10:00:01:000121"
VERSION = "1.38.0"
DESCRIPTION = "Keys that end, and keys that only read"
PLAIN = {"null": False, "primary_key": False, "unique": False, "index": False}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    for name, column, default in (
        ("expires_at", Timestamptz, TimestamptzOffset(days=365)),
        ("writes", Boolean, True),
    ):
        manager.add_column(
            table_class_name="ApiToken",
            tablename="api_tokens",
            column_name=name,
            db_column_name=name,
            column_class_name=column.__name__,
            column_class=column,
            params={**PLAIN, "default": default},
        )
    return manager
