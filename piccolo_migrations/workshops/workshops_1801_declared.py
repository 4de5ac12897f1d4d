"""Who came by the host's word, beside whom the badges tell of."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt

from workshops.migration import MadeTable, check, column, makes

ID = "2026-11-27T12:00:01:001801"
VERSION = "1.38.0"
DESCRIPTION = "Declared present"

GROWN = [
    MadeTable(
        "Turnout",
        "turnouts",
        (column("declared", SmallInt, default=0), check("turnouts_declared_counts", "declared >= 0")),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
