"""The host's word that somebody is here, told apart from a badge that was read."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, Boolean

from workshops.migration import MadeTable, column, makes

ID = "2026-11-27T12:00:02:001802"
VERSION = "1.38.0"
DESCRIPTION = "Declared present"

GROWN = [
    MadeTable(
        "Scan", "scans", (column("declared", Boolean, default=False), column("confirms", Boolean, default=False))
    ),
    MadeTable("Presence", "presences", (column("declaration", UUID, null=True),)),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
