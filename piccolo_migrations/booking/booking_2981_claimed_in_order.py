"""The first mail that is due is found without sorting all that is due at the same instant."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T07:23:00:002981"
VERSION = "1.38.0"
DESCRIPTION = "Mails are claimed in order"

STEPS = (
    (
        "DROP INDEX notices_to_send",
        "CREATE INDEX notices_to_send ON notices (next_try_at) WHERE (state = 'queued')",
    ),
    ("CREATE INDEX notices_to_send ON notices (next_try_at, id) WHERE (state = 'queued')", "DROP INDEX notices_to_send"),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
