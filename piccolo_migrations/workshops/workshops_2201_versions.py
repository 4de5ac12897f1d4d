"""How often each lycée's offer has changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigInt, Integer

from workshops.migration import column, makes, table

ID = "2026-11-28T18:00:41:002201"
VERSION = "1.38.0"
DESCRIPTION = "Versions of what lists show"

CREATED = [table("Version", "versions", column("scope", Integer, default=0), column("raised", BigInt, default=0))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
