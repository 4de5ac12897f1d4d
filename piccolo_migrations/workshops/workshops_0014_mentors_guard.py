"""A company mentors a cohort once at a time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:00:000014"
VERSION = "1.38.0"
DESCRIPTION = "A company mentors a cohort once at a time"

FORWARDS = """ALTER TABLE ptech_mentors ADD CONSTRAINT ptech_mentors_once_at_a_time EXCLUDE USING gist (
  int8range(cohort, cohort, '[]') WITH &&, int8range(company, company, '[]') WITH &&,
  daterange(from_on, to_on, '[]') WITH &&)"""
BACKWARDS = "ALTER TABLE ptech_mentors DROP CONSTRAINT ptech_mentors_once_at_a_time"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)

    async def run() -> None:
        await rows(FORWARDS)

    async def run_backwards() -> None:
        await rows(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
