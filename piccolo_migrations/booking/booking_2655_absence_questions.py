"""A collège that did not come to two visits of a year is asked what happened."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, SmallInt, Timestamptz

from workshops.migration import CASCADE, column, known, makes, refers, table, unique

ID = "2026-11-30T10:55:00:002655"
VERSION = "1.38.0"
DESCRIPTION = "What collèges are asked about the visits that they missed"

CREATED = [
    table(
        "AbsenceQuestion",
        "absence_questions",
        refers("school", known("School", "schools"), CASCADE),
        column("school_year", SmallInt, default=0),
        column("no_shows", SmallInt, default=0),
        column("until", Timestamptz),
        column("asked_at", Timestamptz),
        column("answered_at", Timestamptz, null=True),
        column("event", Integer, null=True),
        column("read_at", Timestamptz, null=True),
        unique("absence_questions_once", "school", "school_year", "no_shows"),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
