"""By which program an act was done."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer

from workshops.migration import column, makes, table

ID = "2026-12-01T15:00:00:003171"
VERSION = "1.38.0"
DESCRIPTION = "Programs that act"

GROWN = [table("Event", "events", column("program", Integer, null=True))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
