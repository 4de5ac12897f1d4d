"""What a visit costs and who pays the coach, as the académie answers it on the first page."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import column, makes, table

ID = "2026-12-01T00:00:01:002811"
VERSION = "1.38.0"
DESCRIPTION = "What a visit costs"

GROWN = [
    table(
        "Academie",
        "academie",
        column("cost", Varchar, length=120, default=""),
        column("coach", Varchar, length=120, default=""),
    )
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
