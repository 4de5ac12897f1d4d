"""Lines written after a visit are found without a look at all visits, to be erased with its other words."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T03:33:00:002873"
VERSION = "1.38.0"
DESCRIPTION = "Lines after a visit, to erase"

STEPS = ("CREATE INDEX reservations_thanked ON reservations (ends_at) WHERE thanks <> ''",)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
