"""Head counts are read by figures that are kept: whatever is written of them raises the version of these."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import raising, steps

ID = "2026-11-28T21:00:21:002321"
VERSION = "1.38.0"
DESCRIPTION = "Head counts raise the figures' version"


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, raising("head_counts", "-1 FROM {rows}"))
