"""What a visit's closing had counted before it was reopened: the closing page gives it back, the office compares."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete
from piccolo.columns.column_types import Integer, SmallInt, Text, Timestamptz, Varchar

from workshops.migration import column, known, makes, refers, table

ID = "2026-11-29T18:00:02:002502"
VERSION = "1.38.0"
DESCRIPTION = "What closings had counted before visits were reopened"

MADE = [
    table(
        "TurnoutBefore",
        "turnouts_before",
        refers("slot", known("Slot", "slots"), OnDelete.restrict, index=True),
        column("reopened_at", Timestamptz),
        column("group_ref", Integer, null=True),
        column("siret", Varchar, length=14, default=""),
        column("counted", SmallInt, default=0),
        column("adults", SmallInt, default=0),
        column("girls", SmallInt, null=True),
        column("note", Text, default=""),
    )
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, MADE)
