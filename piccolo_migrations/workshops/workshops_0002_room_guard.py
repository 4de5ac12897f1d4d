"""What PostgreSQL itself guarantees about rooms and searches."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "No two slots in one room at one time; indexes for the searches"

FORWARDS = (
    """ALTER TABLE slots ADD CONSTRAINT slots_room_free EXCLUDE USING gist (
         int8range(room, room, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
       ) WHERE (room IS NOT NULL AND state <> 'called_off')""",
    "CREATE INDEX slots_on_offer ON slots (starts_at, id) WHERE state IN ('open', 'closed')",
    "CREATE INDEX slots_of_school ON slots (school, starts_at)",
    "CREATE INDEX turnouts_of_school ON turnouts (school)",
    "CREATE INDEX closures_of_zone ON closures (zone, first_on)",
    "CREATE UNIQUE INDEX closures_once ON closures (kind, label, coalesce(zone, ''), coalesce(school, 0), first_on)",
)
BACKWARDS = (
    "DROP INDEX closures_once",
    "DROP INDEX closures_of_zone",
    "DROP INDEX turnouts_of_school",
    "DROP INDEX slots_of_school",
    "DROP INDEX slots_on_offer",
    "ALTER TABLE slots DROP CONSTRAINT slots_room_free",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await rows(statement)

    async def run_backwards() -> None:
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
