"""Whether a group comes is asked once for each of its dates, and once more, as its reminders are."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:41:00:002641"
VERSION = "1.38.0"
DESCRIPTION = "Questions before a visit, said once"

STEPS = (
    """CREATE UNIQUE INDEX events_asked_once ON events (act, also, about)
  WHERE act IN ('visit_asked', 'visit_asked_again')""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
