"""A demand says whether it may be offered a place that is given back late."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean

from workshops.migration import column, makes, table

ID = "2026-11-30T10:59:00:002660"
VERSION = "1.38.0"
DESCRIPTION = "Demands that may be offered a place at the last minute"

GROWN = [table("RankedDemand", "demands", column("last_minute", Boolean, default=False))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
