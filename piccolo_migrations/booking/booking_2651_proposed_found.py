"""What is proposed to a colleague and has no answer is found among all visits, by whom it waits for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:51:00:002651"
VERSION = "1.38.0"
DESCRIPTION = "Visits proposed to colleagues, found while they have no answer"

STEPS = ("CREATE INDEX reservations_handed_to ON reservations (handed_to) WHERE handed_until IS NOT NULL",)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
