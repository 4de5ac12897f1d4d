"""Whether the photo of an object shows the object alone: then others than the two schools may be led to it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean

from workshops.migration import column, makes, table

ID = "2026-12-01T03:30:00:002870"
VERSION = "1.38.0"
DESCRIPTION = "Photos that show nobody"

GROWN = [table("Build", "builds", column("photo_alone", Boolean, default=False))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
