"""Whoever answers for a milestone is reminded of each of its two days once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T10:00:01:003022"
VERSION = "1.38.0"
DESCRIPTION = "Reminders of milestones, said once"

STEPS = (
    """CREATE UNIQUE INDEX events_milestones_once ON events (act, about, also)
  WHERE act IN ('milestone_in_a_month', 'milestone_in_a_week')""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
