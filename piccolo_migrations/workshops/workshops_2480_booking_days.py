"""A lycée says how many school days before a visit its reservations close: five until it says another number."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import SmallInt

from workshops.migration import check, column, makes, table

ID = "2026-11-29T18:00:00:002480"
VERSION = "1.38.0"
DESCRIPTION = "how many school days before a visit reservations close"

GROWN = [
    table(
        "School",
        "schools",
        column("booking_days", SmallInt, default=5),
        check("schools_closes_in_time", "booking_days BETWEEN 1 AND 20"),
    )
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
