"""Who was received, with how many of them are of ULIS; nobody counted them at the visits held before."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T18:30:01:002511"
VERSION = "1.38.0"
DESCRIPTION = "pupils of ULIS among those received"

AT = "held_on::timestamp AT TIME ZONE 'Europe/Paris'"
AT_SLOTS = """{0} VIEW received_at_slots AS
SELECT s.id AS slot, s.starts_at, s.school AS lycee, t.school AS college, t.level, t.counted AS pupils, t.girls,
  t.came::int AS groups, CASE WHEN t.counted > 0 THEN s.id END AS visit, false AS declared{1}
FROM slots s JOIN turnouts t ON t.slot = s.id WHERE s.state = 'done' AND (t.counted > 0 OR t.came)"""
BEFORE = f"""{{0}} VIEW received_before AS
SELECT -id AS slot, {AT} AS starts_at, lycee, college, level, pupils, girls,
  1 AS groups, -id AS visit, true AS declared{{1}}
FROM past_visits"""
RECEIVED = "{0} VIEW received AS SELECT * FROM received_at_slots UNION ALL SELECT * FROM received_before"
AGAIN, ANEW, NOTHING = "CREATE OR REPLACE", "CREATE", "SELECT 1"
# Backwards, the last first: a view loses no column, it is dropped and made as it was.
STEPS = (
    (NOTHING, RECEIVED.format(ANEW)),
    (AT_SLOTS.format(AGAIN, ", t.ulis"), AT_SLOTS.format(ANEW, "")),
    (BEFORE.format(AGAIN, ", 0::smallint AS ulis"), BEFORE.format(ANEW, "")),
    (NOTHING, "DROP VIEW received_at_slots"),
    (NOTHING, "DROP VIEW received_before"),
    (RECEIVED.format(AGAIN), "DROP VIEW received"),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
