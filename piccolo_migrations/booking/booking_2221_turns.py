"""Whose turn it is to do what the clock asks, where no Redis says it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz, Varchar

from workshops.migration import column, makes, table

ID = "2026-11-28T18:00:44:002221"
VERSION = "1.38.0"
DESCRIPTION = "Turns of the workers"

CREATED = [
    table("Turn", "turns", column("job", Varchar, length=40, default="", unique=True), column("at", Timestamptz)),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
