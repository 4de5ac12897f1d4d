"""The networks by which whole schools come, with their words."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Varchar

from workshops.migration import column, makes, table

ID = "2026-11-29T00:00:01:002451"
VERSION = "1.38.0"
DESCRIPTION = "The networks of whole schools"

GROWN = [
    table(
        "Academie",
        "academie",
        column("networks", Array, base_column=Varchar(length=140, default=""), default=list),
    )
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
