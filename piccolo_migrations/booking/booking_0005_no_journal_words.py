"""What was typed with a journal's line stands beside the event."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import makes

ID = "2026-11-26T19:00:01:000305"
VERSION = "1.38.0"
DESCRIPTION = "No words beside the journal"

DROPPED = (("EntryWords", "journal_words"),)


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, dropped=DROPPED)
