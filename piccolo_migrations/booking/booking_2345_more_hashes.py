"""By which later links a collège's mailbox answers a sign-up."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Bytea

from workshops.migration import column, makes, table

ID = "2026-11-28T23:20:45:002345"
VERSION = "1.38.0"
DESCRIPTION = "The later links to a collège's mailbox"

GROWN = [table("SignUp", "sign_ups", column("more_hashes", Array, base_column=Bytea(default=b""), default=list))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
