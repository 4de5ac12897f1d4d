"""When a slot changed last."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from workshops.migration import column, makes, table

ID = "2026-12-01T13:00:00:003153"
VERSION = "1.38.0"
DESCRIPTION = "Slots, changed at"

GROWN = [table("Slot", "slots", column("changed_at", Timestamptz, default=TimestamptzNow()))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
