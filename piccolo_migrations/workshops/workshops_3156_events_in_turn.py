"""Events, read in the order of their turns."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import indexes

ID = "2026-12-01T13:00:00:003156"
VERSION = "1.38.0"
DESCRIPTION = "Events, in turn"

INDEXES = ("CREATE INDEX events_in_turn ON events (turn, id)",)


async def forwards() -> MigrationManager:
    return indexes("workshops", ID, DESCRIPTION, INDEXES)
