"""A company that would come where no group does hears it: the group after whose leaving it was last warned."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt

from workshops.migration import column, makes, table

ID = "2026-11-29T18:00:00:002500"
VERSION = "1.38.0"
DESCRIPTION = "Companies warned that no group comes"

GROWN = [table("Attendance", "attendances", column("warned_of", SmallInt, default=0))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
