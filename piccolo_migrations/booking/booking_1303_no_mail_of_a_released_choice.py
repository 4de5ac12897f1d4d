"""A choice that is given up for another one is named by that one's mail: those of its own that wait are not sent."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-27T12:01:03:001303"
VERSION = "1.38.0"
DESCRIPTION = "No mail of a released choice"

STEPS = (("DELETE FROM notices WHERE kind = 'wish_released'", "SELECT 1"),)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
