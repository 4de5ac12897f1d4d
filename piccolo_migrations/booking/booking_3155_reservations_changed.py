"""Reservations, found by when they changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import indexes

ID = "2026-12-01T13:00:00:003155"
VERSION = "1.38.0"
DESCRIPTION = "Reservations, by change"

INDEXES = ("CREATE INDEX reservations_changed ON reservations (changed_at)",)


async def forwards() -> MigrationManager:
    return indexes("booking", ID, DESCRIPTION, INDEXES)
