"""The report of a closed year counts its visits as the board does: those to which somebody came."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:01:000033"
VERSION = "1.38.0"
DESCRIPTION = "Visits of closed years"

FORWARDS = """
UPDATE year_counts n SET number = (
  SELECT count(DISTINCT r.visit) FROM received r JOIN slots s ON s.id = r.slot AND s.frozen
  WHERE r.starts_at >= make_timestamptz(told.autumn, 8, 1, 0, 0, 0, 'Europe/Paris')
    AND r.starts_at < make_timestamptz(told.autumn + 1, 8, 1, 0, 0, 0, 'Europe/Paris'))
FROM (SELECT id, left(school_year, 4)::int AS autumn FROM year_closings) told
WHERE n.closing = told.id AND n.what = 'visits'
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        await rows(FORWARDS)

    async def run_backwards() -> None:
        """What was counted before is not known any more."""

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
