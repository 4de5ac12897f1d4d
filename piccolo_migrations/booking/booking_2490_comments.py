"""What somebody writes beside the refusal that her agenda sends."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

from workshops.migration import column, makes, table

ID = "2026-11-29T17:24:50:002490"
VERSION = "1.38.0"
DESCRIPTION = "The comment of a refusal from an agenda"

GROWN = [table("Reply", "replies", column("comment", Varchar, length=300, default=""))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
