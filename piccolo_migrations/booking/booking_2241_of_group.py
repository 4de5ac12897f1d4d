"""The visits of a group are found by it, and the groups of a teacher by her, those of years past too."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T20:00:41:002241"
VERSION = "1.38.0"
DESCRIPTION = "Visits of a group, groups of a teacher"

STEPS = (
    'CREATE INDEX reservations_of_group ON reservations ("group")',
    "CREATE INDEX groups_of_teacher ON groups (teacher, school_year)",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
