"""Slots that were opened together stay together."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz

from workshops.migration import CASCADE, column, known, makes, refers, table, unique

ID = "2026-11-27T17:00:01:001701"
VERSION = "1.38.0"
DESCRIPTION = "Series of slots"

School = known("School", "schools")
Slot = known("Slot", "slots")
SlotSeries = known("SlotSeries", "series")
Workshop = known("Workshop", "workshops")
CREATED = [
    table(
        "SlotSeries",
        "series",
        refers("school", School, CASCADE),
        refers("workshop", Workshop, CASCADE),
        column("opened_at", Timestamptz),
    ),
    table(
        "SlotInSeries",
        "series_slots",
        refers("series", SlotSeries, CASCADE),
        refers("slot", Slot, CASCADE),
        unique("series_slots_once", "slot"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
