"""A change that awaits its visa holds its place beside the visit that it would replace."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-26T10:00:01:000152"
VERSION = "1.38.0"
DESCRIPTION = "A change may overlap the visit that it would replace"

GROUP_FREE = """ALTER TABLE reservations ADD CONSTRAINT reservations_group_free EXCLUDE USING gist (
  int8range("group", "group", '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
) WHERE (state IN ('requested', 'confirmed', 'locked', 'offered'){apart})"""
DROP = "ALTER TABLE reservations DROP CONSTRAINT reservations_group_free"
FORWARDS = (
    DROP,
    GROUP_FREE.format(apart=" AND replaces IS NULL"),
    "CREATE UNIQUE INDEX reservations_one_change ON reservations (replaces) WHERE state = 'requested'",
    """CREATE INDEX reservations_asking ON reservations (hold_until)
       WHERE state = 'confirmed' AND adults_asked IS NOT NULL""",
)
BACKWARDS = (
    "DROP INDEX reservations_asking",
    "DROP INDEX reservations_one_change",
    DROP,
    GROUP_FREE.format(apart=""),
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
