"""Until when a worker has a mail in hand."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz

from workshops.migration import column, makes, table

ID = "2026-11-28T20:00:10:002250"
VERSION = "1.38.0"
DESCRIPTION = "Mails in hand"

GROWN = [table("Notice", "notices", column("held_until", Timestamptz, null=True))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
