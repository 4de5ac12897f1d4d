"""When a collège that was written to was reminded."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz

from workshops.migration import column, makes, table

ID = "2026-11-26T23:50:03:001903"
VERSION = "1.38.0"
DESCRIPTION = "Reminders of letters to collèges"

GROWN = [table("CollegeInvitation", "college_invitations", column("reminded_at", Timestamptz, null=True))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
