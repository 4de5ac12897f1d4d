"""What teaches the object of a workshop: the formation, its lycée, its page at Onisep."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import RESTRICT, check, column, known, makes, refers, table

ID = "2026-12-01T06:00:00:002931"
VERSION = "1.38.0"
DESCRIPTION = "Diplomas of workshops"

GROWN = [
    table(
        "Workshop",
        "workshops",
        column("diploma", Varchar, length=140, default=""),
        refers("diploma_school", known("School", "schools"), RESTRICT, null=True),
        column("diploma_link", Varchar, length=300, default=""),
        check("workshops_diploma_named", "diploma <> '' OR (diploma_school IS NULL AND diploma_link = '')"),
        check(
            "workshops_diploma_at_onisep",
            "diploma_link = '' OR diploma_link ~ '^https://([a-z0-9-]+[.])*onisep[.]fr/'",
        ),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
