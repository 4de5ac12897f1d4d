"""Twins (to the teacher, the host, the company) are one letter: a notice says as what its reader is told, and of what."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import column, makes, table

ID = "2026-12-01T05:31:00:002881"
VERSION = "1.38.0"
DESCRIPTION = "As what the reader of a letter is told, and which of the things that it tells"

GROWN = [
    table(
        "Notice",
        "notices",
        column("reader", Varchar, length=20, default=""),
        column("what", Varchar, length=20, default=""),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
