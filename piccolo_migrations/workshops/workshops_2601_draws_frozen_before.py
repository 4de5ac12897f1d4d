"""A draw whose demands were ranked takes none any more."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:00:06:002606"
VERSION = "1.38.0"
DESCRIPTION = "Draws frozen before"

STEPS = (("UPDATE openings SET frozen_at = ranked_at WHERE ranked_at IS NOT NULL", "SELECT 1"),)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
