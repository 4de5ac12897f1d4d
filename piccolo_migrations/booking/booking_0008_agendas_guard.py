"""One live feed to a role, what reminders and feeds read, and since when the visits of today are confirmed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:01:000008"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of feeds and reminders"

FORWARDS = (
    "CREATE UNIQUE INDEX feeds_one_live ON feeds (membership) WHERE revoked_at IS NULL",
    """CREATE INDEX reservations_to_remind ON reservations (starts_at) WHERE state IN ('confirmed', 'locked')""",
    "CREATE INDEX reservations_of_teacher ON reservations (booked_by, starts_at)",
    # A visit that never waited for a visa was confirmed when it was booked.
    """UPDATE reservations SET confirmed_at = created_at
       WHERE state IN ('confirmed', 'locked', 'attended', 'no_show')
          OR (state IN ('cancelled_by_teacher', 'refused_by_host', 'called_off')
              AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.reservation = reservations.id))""",
)
BACKWARDS = (
    "DROP INDEX reservations_of_teacher",
    "DROP INDEX reservations_to_remind",
    "DROP INDEX feeds_one_live",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await rows(statement)

    async def run_backwards() -> None:
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
