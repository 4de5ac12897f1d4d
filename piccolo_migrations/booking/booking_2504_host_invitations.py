"""A colleague whom a host invites has no role until she accepts: what was asked waits here."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete
from piccolo.columns.column_types import Bytea, Timestamptz, Varchar

from workshops.migration import column, known, makes, refers, table, unique

ID = "2026-11-29T18:00:04:002504"
VERSION = "1.38.0"
DESCRIPTION = "Hosts invited by their colleagues"

MADE = [
    table(
        "HostInvitation",
        "host_invitations",
        column("email", Varchar, length=254, default=""),
        column("name", Varchar, length=120, default=""),
        refers("school", known("School", "schools"), OnDelete.cascade),
        refers("invited_by", known("Account", "accounts"), OnDelete.cascade),
        column("token_hash", Bytea, unique=True, default=b""),
        column("asked_at", Timestamptz),
        column("sent_at", Timestamptz),
        column("expires_at", Timestamptz),
        unique("host_invitations_once", "email", "school"),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, MADE)
