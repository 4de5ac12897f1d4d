"""What is over since some days, and the first slot of all, are found without a look at the years between."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T20:00:40:002240"
VERSION = "1.38.0"
DESCRIPTION = "Slots by their end"

STEPS = ("CREATE INDEX slots_ended ON slots (ends_at)",)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
