"""What the search by object and the companies' search read."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the search by object and by company places"

FORWARDS = (
    "CREATE INDEX slots_of_workshop ON slots (workshop, starts_at)",
    """CREATE INDEX slots_for_companies ON slots (starts_at, id)
       WHERE state IN ('open', 'closed') AND company_places_taken < company_places""",
)
BACKWARDS = (
    "DROP INDEX slots_for_companies",
    "DROP INDEX slots_of_workshop",
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
