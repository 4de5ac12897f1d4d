"""In whose mail a notice leaves, whether it waits for the evening's, and who chose how often mails come."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigInt, Boolean

from workshops.migration import column, makes, table

ID = "2026-12-01T05:31:00:002891"
VERSION = "1.38.0"
DESCRIPTION = "One mail of several acts"

GROWN = [
    table("Notice", "notices", column("mail", BigInt, null=True), column("daily", Boolean, default=False)),
    table("Account", "accounts", column("daily_mail", Boolean, null=True)),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
