"""A visa given by the link stands beside one that is noted from paper."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Date, Integer, SmallInt

from workshops.migration import column, makes, table

ID = "2026-11-29T23:30:00:002550"
VERSION = "1.38.0"
DESCRIPTION = "For which lycée, day and adults a visa was given by the link"

GROWN = [
    table(
        "Reservation",
        "reservations",
        column("link_host", Integer, default=None, null=True),
        column("link_on", Date, default=None, null=True),
        column("link_adults", SmallInt, default=None, null=True),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
