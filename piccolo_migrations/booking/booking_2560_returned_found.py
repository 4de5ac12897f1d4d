"""Mails that came back, and who else was told of the same, are found without reading every mail of the year."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T23:40:00:002560"
VERSION = "1.38.0"
DESCRIPTION = "The mails that came back are found without reading them all"

STEPS = (
    ("CREATE INDEX notices_returned ON notices (returned_at) WHERE (state = 'returned')", "DROP INDEX notices_returned"),
    ("CREATE INDEX notices_of_event ON notices (event) WHERE (event IS NOT NULL)", "DROP INDEX notices_of_event"),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
