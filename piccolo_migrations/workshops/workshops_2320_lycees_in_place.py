"""The lycées around a collège are found by where they stand, however many a country has."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T21:00:20:002320"
VERSION = "1.38.0"
DESCRIPTION = "Lycées by their place"

STEPS = ("CREATE INDEX schools_lycees_in_place ON schools (lat, lon) WHERE kind = 'lycee'",)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
