"""A row per counted name instead of one per try: a single statement locks it, counts and decides."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Timestamptz, Varchar

ID = "2026-11-26T10:00:01:000122"
VERSION = "1.38.0"
DESCRIPTION = "Tries counted and decided at once"
PLAIN = {"null": False, "primary_key": False, "unique": False, "index": False}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.add_table(class_name="Tries", tablename="tries", schema=None, columns=None)
    for name, column, params in (
        ("bucket", Varchar, {**PLAIN, "default": "", "length": 400, "unique": True}),
        ("at", Array, {**PLAIN, "default": list, "base_column": Timestamptz()}),
    ):
        manager.add_column(
            table_class_name="Tries",
            tablename="tries",
            column_name=name,
            db_column_name=name,
            column_class_name=column.__name__,
            column_class=column,
            params=params,
        )
    # What was counted in it is forgotten a quarter of an hour later anyway.
    manager.drop_table(class_name="Attempt", tablename="attempts", schema=None)
    return manager
