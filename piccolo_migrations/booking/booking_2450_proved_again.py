"""When a session's person last proved herself, and by what a mail says « ce n'était pas moi »."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, Timestamptz

from workshops.migration import CASCADE, column, known, makes, refers, table

ID = "2026-11-29T00:00:00:002450"
VERSION = "1.38.0"
DESCRIPTION = "Proofs given again, and accesses that are contested"

Account = known("Account", "accounts")

CREATED = [
    table(
        "NotMeLink",
        "not_me_links",
        column("token_hash", Bytea, unique=True, default=b""),
        refers("account", Account, CASCADE),
        column("made_at", Timestamptz),
        column("expires_at", Timestamptz),
    )
]
GROWN = [table("Session", "sessions", column("proved_at", Timestamptz, null=True))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED, grown=GROWN)
