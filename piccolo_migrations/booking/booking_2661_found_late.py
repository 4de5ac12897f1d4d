"""The demands that a place given back late may be offered to are found without reading the others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:59:01:002661"
VERSION = "1.38.0"
DESCRIPTION = "Demands for the last minute, found"

STEPS = ("CREATE INDEX demands_last_minute ON demands (id) WHERE last_minute AND ended_at IS NULL",)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
