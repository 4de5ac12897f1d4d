"""A host may want one company of a trade, and its own agreement before a company comes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean

ID = "2026-11-25T10:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Conditions on the companies of a slot"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    for name in ("one_per_trade", "on_agreement"):
        manager.add_column(
            table_class_name="Slot",
            tablename="slots",
            column_name=name,
            db_column_name=name,
            column_class_name="Boolean",
            column_class=Boolean,
            params={"default": False, "null": False, "primary_key": False, "unique": False, "index": False},
        )
    return manager
