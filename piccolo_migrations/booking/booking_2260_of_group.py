"""What a group has booked is found by its number: each demand asks whether the group is free at that hour."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T20:00:01:002260"
VERSION = "1.38.0"
DESCRIPTION = "Reservations of a group"

LIVE = "WHERE state IN ('requested', 'confirmed', 'locked', 'waiting', 'offered', 'in_draw')"
INDEX = "CREATE UNIQUE INDEX reservations_one_live ON reservations ({}) {}"

STEPS = (
    ("DROP INDEX reservations_one_live", INDEX.format('slot, "group"', LIVE)),
    INDEX.format('"group", slot', LIVE),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
