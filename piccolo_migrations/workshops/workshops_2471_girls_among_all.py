"""How many girls are among the pupils of each collège, where the ministry's file tells them apart."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt

from workshops.migration import check, column, makes, table

ID = "2026-11-29T00:24:11:002471"
VERSION = "1.38.0"
DESCRIPTION = "Girls among all pupils"

GROWN = [
    table(
        "HeadCount",
        "head_counts",
        column("girls", SmallInt, null=True),
        check("head_counts_girls_are_some", "girls BETWEEN 0 AND pupils"),
    )
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
