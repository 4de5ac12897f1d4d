"""What one mail tells is found by its number; what may leave in one mail, by whom it is written to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T05:31:01:002892"
VERSION = "1.38.0"
DESCRIPTION = "Notices of one mail"

STEPS = (
    "CREATE INDEX notices_of_one_mail ON notices (mail) WHERE mail IS NOT NULL",
    "CREATE INDEX notices_to_one_mailbox ON notices (to_email) WHERE (state = 'queued')",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
