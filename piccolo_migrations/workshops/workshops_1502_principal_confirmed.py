"""The address of a collège's principal is confirmed by the collège's own mailbox, or by the coordinator."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, Timestamptz

from workshops.migration import check, column, makes, table

ID = "2026-11-27T15:02:00:001502"
VERSION = "1.38.0"
DESCRIPTION = "A principal's address, confirmed"

GROWN = [
    table(
        "School",
        "schools",
        column("principal_confirmed_at", Timestamptz, null=True),
        column("principal_link", Bytea, null=True, unique=True),
        check("schools_confirmed_address", "principal_confirmed_at IS NULL OR principal_mail <> ''"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
