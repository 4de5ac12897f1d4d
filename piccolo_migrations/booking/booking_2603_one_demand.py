"""Wishes, halves and the demands of draws have no columns and no table of their own any more."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import makes

ID = "2026-11-30T10:00:03:002603"
VERSION = "1.38.0"
DESCRIPTION = "No wishes, halves and demands of draws beside the demands"


async def forwards() -> MigrationManager:
    manager = makes("booking", ID, DESCRIPTION, dropped=[("DrawDemand", "draw_demands")])
    for column in ("wish", "wish_rank", "halves"):
        manager.drop_column(table_class_name="Reservation", tablename="reservations", column_name=column)
    return manager
