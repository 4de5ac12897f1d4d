"""A slot keeps the closing that its lycée chose, apart from the one of its number of days."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Timestamptz

from workshops.migration import column, makes, table

ID = "2026-11-29T21:00:00:002540"
VERSION = "1.38.0"
DESCRIPTION = "the closing that a lycée chose for a slot"

GROWN = [table("Slot", "slots", column("chosen_closes_at", Timestamptz, null=True, default=None))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
