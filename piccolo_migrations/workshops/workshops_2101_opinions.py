"""What visits say of a workshop, in sums."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer, SmallInt, Varchar

from workshops.migration import CASCADE, check, column, known, makes, refers, table, unique

ID = "2026-11-28T12:00:01:002101"
VERSION = "1.38.0"
DESCRIPTION = "Opinions on workshops"

Workshop = known("Workshop", "workshops")
CREATED = [
    table(
        "Opinion",
        "opinions",
        refers("workshop", Workshop, CASCADE),
        column("school_year", SmallInt, default=0),
        column("question", Varchar, length=8, default=""),
        column("answer", Varchar, length=8, default=""),
        column("visits", Integer, default=0),
        unique("opinions_once", "workshop", "school_year", "question", "answer"),
        check("opinions_known_question", "question IN ('built', 'level', 'again')"),
        check("opinions_known_answer", "answer IN ('yes', 'partly', 'no')"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
