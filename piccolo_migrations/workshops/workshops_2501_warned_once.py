"""What the clock says to a company that would meet nobody is said once, as its reminders are."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T18:00:01:002501"
VERSION = "1.38.0"
DESCRIPTION = "Warnings to companies, said once"

STEPS = (
    """CREATE UNIQUE INDEX events_warned_once ON events (act, about_kind, about, also)
  WHERE act IN ('coming_left_alone', 'coming_to_nobody')""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
