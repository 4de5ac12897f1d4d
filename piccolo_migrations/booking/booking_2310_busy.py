"""Whether a group is free is read from what it has from then on, not from all that it ever had."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T21:00:10:002310"
VERSION = "1.38.0"
DESCRIPTION = "Reservations of a group, by their end"

INDEX = 'CREATE INDEX reservations_of_group ON reservations ({})'

STEPS = (
    ("DROP INDEX reservations_of_group", INDEX.format('"group"')),
    INDEX.format('"group", ends_at'),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
