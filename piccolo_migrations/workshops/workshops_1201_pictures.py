"""The picture of a workshop, that its lycée chose."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import CASCADE, check, column, known, makes, refers, table, unique

ID = "2026-11-27T20:00:01:001201"
VERSION = "1.38.0"
DESCRIPTION = "Pictures of workshops"

Workshop = known("Workshop", "workshops")
CREATED = [
    table(
        "WorkshopPicture",
        "workshop_pictures",
        refers("workshop", Workshop, CASCADE),
        column("name", Varchar, length=32, default=""),
        column("alt", Varchar, length=140, default=""),
        unique("workshop_pictures_one", "workshop"),
        check("workshop_pictures_told", "name ~ '^[0-9a-f]{32}$' AND trim(alt) <> ''"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
