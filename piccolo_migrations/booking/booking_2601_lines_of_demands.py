"""A reservation knows its demand, and of which line of it it is."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt

from workshops.migration import RESTRICT, column, known, makes, refers, table

ID = "2026-11-30T10:00:01:002601"
VERSION = "1.38.0"
DESCRIPTION = "Lines of demands"

GROWN = [
    table(
        "Reservation",
        "reservations",
        refers("demand", known("RankedDemand", "demands"), RESTRICT, null=True),
        column("line", SmallInt, default=1),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
