"""Mails that nobody has in hand yet are found by their mailbox, however many wait."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import indexes

ID = "2026-12-02T00:00:00:003173"
VERSION = "1.38.0"
DESCRIPTION = "Notices not in hand, by mailbox"

INDEXES = ("CREATE INDEX notices_not_in_hand ON notices (to_email) WHERE mail IS NULL",)


async def forwards() -> MigrationManager:
    return indexes("booking", ID, DESCRIPTION, INDEXES)
