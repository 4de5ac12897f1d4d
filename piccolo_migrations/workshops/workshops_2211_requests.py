"""The request that an act was done in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import column, makes, table

ID = "2026-11-28T18:00:51:002211"
VERSION = "1.38.0"
DESCRIPTION = "The request of an act"

GROWN = [table("Event", "events", column("request", Varchar, length=64, default=""))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
