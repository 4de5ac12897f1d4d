"""Alerts have no table of their own any more."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import makes

ID = "2026-11-30T10:00:10:002610"
VERSION = "1.38.0"
DESCRIPTION = "No alerts beside the demands"


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, dropped=[("Alert", "alerts")])
