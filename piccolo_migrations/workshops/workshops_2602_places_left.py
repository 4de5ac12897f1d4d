"""What a draw left of each slot is public with its seed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea

from workshops.migration import column, makes, table

ID = "2026-11-30T10:00:07:002607"
VERSION = "1.38.0"
DESCRIPTION = "Places left by draws"

GROWN = [table("Opening", "openings", column("places_left", Bytea, null=True))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
