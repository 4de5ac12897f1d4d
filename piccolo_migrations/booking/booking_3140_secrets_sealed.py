"""What was made with a site's key is sealed beside it, and outlives the key."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, Timestamptz, Varchar

from workshops.migration import column, makes, table

ID = "2026-12-01T14:00:00:003140"
VERSION = "1.38.0"
DESCRIPTION = "Secrets sealed, and since when a key is the site's"

CREATED = [
    table(
        "SiteKey",
        "site_keys",
        column("key_print", Varchar, length=24, default="", unique=True),
        column("since", Timestamptz),
    )
]
GROWN = [
    table("Passkey", "passkeys", column("user_handle", Bytea, null=True)),
    table("SecondProof", "second_proofs", column("sealed", Bytea, null=True)),
    table("Webhook", "webhooks", column("sealed", Bytea, null=True)),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED, grown=GROWN)
