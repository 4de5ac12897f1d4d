"""How groups come to a lycée, and who signs its attestations and the companies'."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-11-27T16:03:01:001603"
VERSION = "1.38.0"
DESCRIPTION = "How groups come, who signs"

GROWN = [
    table(
        "School",
        "schools",
        column("stop", Varchar, length=200, default=""),
        column("walk_minutes", SmallInt, null=True),
        column("coach_drop", Varchar, length=200, default=""),
        column("signatory", Varchar, length=120, default=""),
        check("schools_walk_is_short", "walk_minutes BETWEEN 1 AND 90"),
    ),
    table("Academie", "academie", column("signatory", Varchar, length=120, default="")),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
