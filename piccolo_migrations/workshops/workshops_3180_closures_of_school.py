"""A lycée's own closures, found by the lycée: each slot on offer asks whether its lycée receives that day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import indexes

ID = "2026-12-01T20:00:00:003180"
VERSION = "1.38.0"
DESCRIPTION = "Closures, of a school"

INDEXES = ("CREATE INDEX closures_of_school ON closures (school, first_on) WHERE school IS NOT NULL",)


async def forwards() -> MigrationManager:
    return indexes("workshops", ID, DESCRIPTION, INDEXES)
