"""Reservations, found by when they changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T13:00:00:003155"
VERSION = "1.38.0"
DESCRIPTION = "Reservations, by change"

STEPS = (
    ("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
    "CREATE INDEX reservations_changed ON reservations (changed_at)",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
