"""When the slots of a period may be reserved."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Date, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from workshops.migration import check, column, makes, table

ID = "2026-11-28T18:00:31:002231"
VERSION = "1.38.0"
DESCRIPTION = "Openings of periods"

CREATED = [
    table(
        "Opening",
        "openings",
        column("first_on", Date),
        column("last_on", Date),
        column("opens_at", Timestamptz),
        column("created_at", Timestamptz, default=TimestamptzNow()),
        check("openings_ordered", "first_on <= last_on"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
