"""The journal's own tables go: the events are the journal."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import makes

ID = "2026-11-26T19:00:01:000306"
VERSION = "1.38.0"
DESCRIPTION = "No journal beside the events"

DROPPED = (("Entry", "journal"),)


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, dropped=DROPPED)
