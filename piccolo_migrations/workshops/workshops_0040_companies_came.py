"""Find the visits of one company among those of all."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:00:000040"
VERSION = "1.38.0"
DESCRIPTION = "Find the visits of one company among those of all"

FORWARDS = "CREATE INDEX company_turnouts_of_company ON company_turnouts (siret)"
BACKWARDS = "DROP INDEX company_turnouts_of_company"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)

    async def run() -> None:
        await rows(FORWARDS)

    async def run_backwards() -> None:
        await rows(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
