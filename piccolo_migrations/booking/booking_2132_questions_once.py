"""A teacher has one question open at a time with a lycée."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T12:00:32:002132"
VERSION = "1.38.0"
DESCRIPTION = "One open question of a teacher to a lycée"

STEPS = (
    "CREATE UNIQUE INDEX questions_one_open ON questions (asked_by, lycee) WHERE ((state)::text <> 'closed'::text)",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
