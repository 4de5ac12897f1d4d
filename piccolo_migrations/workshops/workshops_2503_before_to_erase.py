"""The remarks of closings before a reopening that are left to erase, found without a look at all that was erased."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T18:00:03:002503"
VERSION = "1.38.0"
DESCRIPTION = "Remarks of closings before a reopening, left to erase"

STEPS = ("CREATE INDEX turnouts_before_to_erase ON turnouts_before (slot) WHERE note <> ''",)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
