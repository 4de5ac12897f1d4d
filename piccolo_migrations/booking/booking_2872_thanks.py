"""The line that a teacher writes after a visit for the lycée and the companies."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import column, makes, table

ID = "2026-12-01T03:32:00:002872"
VERSION = "1.38.0"
DESCRIPTION = "A line after a visit"

GROWN = [table("Reservation", "reservations", column("thanks", Varchar, length=300, default=""))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
