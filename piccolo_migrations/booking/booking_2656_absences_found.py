"""The collèges that have not answered, and the visits that are settled, are found without reading the others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:56:00:002656"
VERSION = "1.38.0"
DESCRIPTION = "Questions about missed visits, found"

STEPS = (
    "CREATE INDEX absence_questions_unanswered ON absence_questions (school) WHERE answered_at IS NULL",
    """CREATE INDEX absence_questions_unread ON absence_questions (answered_at)
  WHERE answered_at IS NOT NULL AND read_at IS NULL""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
