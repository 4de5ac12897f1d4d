"""The columns of people's own tables of visits are chosen once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

from workshops.migration import column, makes, table, unique

ID = "2026-12-01T06:00:00:002950"
VERSION = "1.38.0"
DESCRIPTION = "Columns of past visits"

CREATED = [
    table(
        "VisitColumn",
        "visit_columns",
        column("heading", Varchar, length=120, default=""),
        column("cell", Varchar, length=20, default=""),
        unique("visit_columns_once", "heading", "cell"),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
