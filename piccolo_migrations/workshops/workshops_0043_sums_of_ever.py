"""What all the visits closed so far amount to, under each heading."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:00:000043"
VERSION = "1.38.0"
DESCRIPTION = "Sums of ever"

FORWARDS = """
INSERT INTO tallies (span, begins, by, lycee, college, key, visits, groups, pupils, apart, girls, made, finished,
                     working, taken_home, people)
SELECT 'ever', date '2000-01-01', by, lycee, college, key, sum(visits), sum(groups), sum(pupils), sum(apart),
  sum(girls), sum(made), sum(finished), sum(working), sum(taken_home), sum(people)
FROM tallies WHERE span = 'year' GROUP BY by, lycee, college, key
"""
BACKWARDS = "DELETE FROM tallies WHERE span = 'ever'"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)

    async def run() -> None:
        await rows(FORWARDS)

    async def run_backwards() -> None:
        await rows(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
