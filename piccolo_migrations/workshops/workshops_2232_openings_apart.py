"""No day is of two openings."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T18:00:32:002232"
VERSION = "1.38.0"
DESCRIPTION = "Openings that do not overlap"

STEPS = (
    "ALTER TABLE openings ADD CONSTRAINT openings_apart EXCLUDE USING gist (daterange(first_on, last_on, '[]') WITH &&)",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
