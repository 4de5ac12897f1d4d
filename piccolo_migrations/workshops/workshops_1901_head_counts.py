"""How many pupils each collège has, a level and a year."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, SmallInt, Varchar

from workshops.migration import CASCADE, check, column, known, makes, refers, table, unique

ID = "2026-11-26T23:50:01:001901"
VERSION = "1.38.0"
DESCRIPTION = "Head counts of the collèges"

School = known("School", "schools")
CREATED = [
    table(
        "HeadCount",
        "head_counts",
        refers("school", School, CASCADE),
        column("school_year", SmallInt, default=0),
        column("level", Varchar, length=2, default=""),
        column("pupils", SmallInt, default=0),
        column("example", Boolean, default=False),
        unique("head_counts_once", "school", "school_year", "level"),
        check("head_counts_known_level", "level IN ('6e', '5e', '4e', '3e')"),
        check("head_counts_counts", "pupils BETWEEN 0 AND 3000"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
