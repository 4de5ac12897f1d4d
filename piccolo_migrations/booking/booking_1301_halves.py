"""The two halves of a class that is larger than a slot."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, SmallInt

from workshops.migration import check, column, makes, table

ID = "2026-11-27T12:01:01:001301"
VERSION = "1.38.0"
DESCRIPTION = "Halves of a class"

GROWN = [
    table(
        "Reservation",
        "reservations",
        column("halves", UUID, null=True),
        column("half", SmallInt, null=True),
        check(
            "reservations_half_of_two",
            "(halves IS NULL) = (half IS NULL) AND (half IS NULL OR half BETWEEN 1 AND 2)",
        ),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
