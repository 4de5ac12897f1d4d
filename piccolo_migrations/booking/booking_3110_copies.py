"""What became of the copies of all that is kept, and of their rehearsals."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, SmallInt, Text, Timestamptz, Varchar

from workshops.migration import check, column, makes, table, unique

ID = "2026-12-01T13:00:00:003110"
VERSION = "1.38.0"
DESCRIPTION = "Copies and their rehearsals"

CREATED = [
    table(
        "Copy",
        "copies",
        column("act", Varchar, length=9, default=""),
        column("way", Varchar, length=10, default=""),
        column("done_at", Timestamptz, null=True),
        column("copied_at", Timestamptz, null=True),
        column("seconds", Integer, default=0),
        column("kept_days", SmallInt, default=0),
        column("failed_at", Timestamptz, null=True),
        column("failure", Text, default=""),
        unique("copies_once", "act", "way"),
        check("copies_known", "act IN ('copy', 'rehearsal') AND way IN ('file', 'pgbackrest')"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
