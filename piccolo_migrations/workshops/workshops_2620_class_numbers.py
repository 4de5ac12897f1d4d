"""How many classes of a level the coordination says that a collège has."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import SmallInt, Varchar

from workshops.migration import CASCADE, check, column, known, makes, refers, table, unique

ID = "2026-11-30T10:20:00:002620"
VERSION = "1.38.0"
DESCRIPTION = "Numbers of classes that the coordination says"

CREATED = [
    table(
        "ClassNumber",
        "class_numbers",
        refers("school", known("School", "schools"), CASCADE),
        column("level", Varchar, length=2, default=""),
        column("classes", SmallInt, default=0),
        unique("class_numbers_once", "school", "level"),
        check("class_numbers_known_level", "level IN ('6e', '5e', '4e', '3e')"),
        check("class_numbers_some", "classes BETWEEN 1 AND 40"),
    )
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
