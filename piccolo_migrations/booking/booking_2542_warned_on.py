"""A company that signs up once reservations closed empty reads it then, and is not told again for that day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Date

from workshops.migration import column, makes, table

ID = "2026-11-29T21:00:02:002542"
VERSION = "1.38.0"
DESCRIPTION = "the day of which a company read that no group comes"

GROWN = [table("Attendance", "attendances", column("warned_on", Date, null=True, default=None))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
