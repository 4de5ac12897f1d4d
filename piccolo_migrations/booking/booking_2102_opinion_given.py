"""Whether a visit answered the three questions of afterwards."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean

from workshops.migration import column, makes, table

ID = "2026-11-28T12:00:02:002102"
VERSION = "1.38.0"
DESCRIPTION = "Visits that answered"

GROWN = [table("Reservation", "reservations", column("opinion_given", Boolean, default=False))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
