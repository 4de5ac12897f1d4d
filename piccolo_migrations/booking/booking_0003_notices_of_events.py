"""Mails that say of which event they tell, to whom, and what they bring to an agenda."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigInt, Integer, Varchar

from workshops.migration import column, makes, table

ID = "2026-11-26T19:00:01:000303"
VERSION = "1.38.0"
DESCRIPTION = "Notices of events"

GROWN = [
    table(
        "Notice",
        "notices",
        column("event", BigInt, null=True),
        column("account", Integer, null=True),
        column("about_kind", Varchar, length=20, default=""),
        column("entry", Varchar, length=8, default=""),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
