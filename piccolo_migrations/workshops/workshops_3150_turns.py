"""The turn of each event: the transaction that wrote it, by which programs follow what was done."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigInt

from workshops.migration import column, makes, table

ID = "2026-12-01T13:00:00:003150"
VERSION = "1.38.0"
DESCRIPTION = "The turns of events"

# Those of before are all of turn 0, in the order of their numbers: a constant is kept beside the rows, none is written.
GROWN = [table("Event", "events", column("turn", BigInt, default=0))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
