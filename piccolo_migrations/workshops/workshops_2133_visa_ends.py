"""A collège stops asking for the visa once its principal, its mailbox or the coordinator says so; the form of mailboxes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, Varchar

from workshops.migration import column, makes, table

ID = "2026-11-28T12:00:33:002133"
VERSION = "1.38.0"
DESCRIPTION = "The end of a collège's visa, and the form of the collèges' mailboxes"

GROWN = [
    table("School", "schools", column("visa_end_link", Bytea, null=True, unique=True)),
    table("Academie", "academie", column("college_mailbox", Varchar, length=120, default="")),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
