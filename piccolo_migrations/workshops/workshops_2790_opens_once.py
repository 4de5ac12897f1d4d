"""That a period is open to all is said once, whichever worker sees it first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T20:00:00:002790"
VERSION = "1.38.0"
DESCRIPTION = "Openings, said once"

STEPS = ("CREATE UNIQUE INDEX events_opened_once ON events (about) WHERE act = 'opening_opens'",)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
