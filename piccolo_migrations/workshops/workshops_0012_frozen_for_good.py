"""Once its school year is closed, a slot's figures are frozen for good: the database itself refuses to reopen it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.constraints import Check

ID = "2026-11-25T10:00:00:000012"
VERSION = "1.38.0"
DESCRIPTION = "Slots of a closed school year"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Slot",
        tablename="slots",
        column_name="frozen",
        db_column_name="frozen",
        column_class_name="Boolean",
        column_class=Boolean,
        params={"default": False, "null": False, "primary_key": False, "unique": False, "index": False},
    )
    manager.add_constraint(
        table_class_name="Slot",
        tablename="slots",
        constraint_name="slots_frozen_are_over",
        constraint_class=Check,
        params={"condition": "NOT frozen OR state IN ('done', 'called_off')"},
    )
    return manager
