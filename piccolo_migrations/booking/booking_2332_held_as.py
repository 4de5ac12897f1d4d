"""Under which mark a worker has a mail in hand."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID

from workshops.migration import column, makes, table

ID = "2026-11-28T22:00:32:002332"
VERSION = "1.38.0"
DESCRIPTION = "The mark of a mail in hand"

GROWN = [table("Notice", "notices", column("held_as", UUID, null=True))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
