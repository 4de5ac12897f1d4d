"""A collège says, some days before, that its group comes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Date

from workshops.migration import column, makes, table

ID = "2026-11-30T10:40:00:002640"
VERSION = "1.38.0"
DESCRIPTION = "The date of which a collège said that its group comes"

GROWN = [table("Reservation", "reservations", column("comes_on", Date, null=True))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
