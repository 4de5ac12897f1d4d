"""A reservation's whole life: approvals, the waiting list, wishes, feeds of calendars."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:01:000005"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the waiting list and of what the clock ends"

FORWARDS = (
    """CREATE INDEX reservations_waiting ON reservations (slot, created_at) WHERE state = 'waiting'""",
    """CREATE INDEX reservations_to_lapse ON reservations (hold_until)
       WHERE state IN ('requested', 'offered')""",
    """CREATE INDEX reservations_to_lock ON reservations (starts_at) WHERE state IN ('confirmed', 'waiting')""",
    """CREATE INDEX reservations_of_wish ON reservations (wish) WHERE wish IS NOT NULL""",
    """CREATE INDEX reservations_came ON reservations (school, starts_at)
       WHERE state IN ('confirmed', 'locked', 'attended')""",
)
BACKWARDS = tuple(
    f"DROP INDEX {name}"
    for name in (
        "reservations_came",
        "reservations_of_wish",
        "reservations_to_lock",
        "reservations_to_lapse",
        "reservations_waiting",
    )
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
