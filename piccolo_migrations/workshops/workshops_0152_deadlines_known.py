"""The deadlines of the slots that are there: on the last working day before, where that is still to come."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz

from workshops.database import rows

ID = "2026-11-26T10:00:00:000152"
VERSION = "1.38.0"
DESCRIPTION = "Every slot has its deadlines"
COLUMNS = ("settles_at", "list_locks_at", "eve_at")

FILL = """
UPDATE slots s SET
  settles_at = (told.day - 7 + told.hour) AT TIME ZONE 'Europe/Paris',
  list_locks_at = (told.day - 2 + told.hour) AT TIME ZONE 'Europe/Paris',
  eve_at = (told.day - 1 + time '08:00') AT TIME ZONE 'Europe/Paris'
FROM (SELECT id, (starts_at AT TIME ZONE 'Europe/Paris')::date AS day,
        (starts_at AT TIME ZONE 'Europe/Paris')::time AS hour FROM slots) told
WHERE told.id = s.id
"""
# A deadline of a slot to come that falls on a day off comes earlier, unless that has passed.
TO_WORKING_DAY = """
WITH kept AS (
  SELECT s.id, (s.{column} AT TIME ZONE 'Europe/Paris') AS wall, (
    SELECT max(day)::date FROM generate_series(
      (s.{column} AT TIME ZONE 'Europe/Paris')::date - 30, (s.{column} AT TIME ZONE 'Europe/Paris')::date,
      interval '1 day') AS day
    WHERE extract(isodow FROM day) < 6 AND NOT EXISTS (
      SELECT 1 FROM closures c WHERE day BETWEEN c.first_on AND c.last_on
      AND (c.kind = 'public_holiday' OR c.kind = 'closure' AND c.school = s.school))) AS working
  FROM slots s WHERE s.state IN ('draft', 'open', 'closed') AND s.starts_at > now()
)
UPDATE slots s SET {column} = (kept.working + kept.wall::time) AT TIME ZONE 'Europe/Paris'
FROM kept WHERE kept.id = s.id AND kept.working <> kept.wall::date
  AND (kept.working + kept.wall::time) AT TIME ZONE 'Europe/Paris' > now()
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)

    async def run() -> None:
        await rows(FILL)
        for name in COLUMNS:
            await rows(TO_WORKING_DAY.format(column=name))

    async def run_backwards() -> None:
        """The columns go with the migration before."""

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    for name in COLUMNS:
        manager.alter_column(
            table_class_name="Slot",
            tablename="slots",
            column_name=name,
            db_column_name=name,
            params={"null": False},
            old_params={"null": True},
            column_class=Timestamptz,
            old_column_class=Timestamptz,
            schema=None,
        )
    return manager
