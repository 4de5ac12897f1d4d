"""The request that a mail comes of."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import column, makes, table

ID = "2026-11-28T18:00:52:002212"
VERSION = "1.38.0"
DESCRIPTION = "The request of a mail"

GROWN = [table("Notice", "notices", column("request", Varchar, length=64, default=""))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
