"""What became of the visits of a school year is counted from an index, without the reservations themselves."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:57:00:002657"
VERSION = "1.38.0"
DESCRIPTION = "Visits that are settled, counted"

STEPS = (
    """CREATE INDEX reservations_settled ON reservations (starts_at) INCLUDE (slot, state, late, confirmed_at)
  WHERE state IN ('attended', 'no_show', 'cancelled_by_teacher', 'refused_by_principal', 'refused_by_host', 'called_off')""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
