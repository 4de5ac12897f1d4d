"""Who was received, in two views: PostgreSQL looks by a moment or a number into each of them, not into their union."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-26T10:00:04:000173"
VERSION = "1.38.0"
DESCRIPTION = "Who was received, at slots and before them"

AT_SLOTS = """
SELECT s.id AS slot, s.starts_at, s.school AS lycee, t.school AS college, t.level, t.counted AS pupils, t.girls,
  t.came::int AS groups, CASE WHEN t.counted > 0 THEN s.id END AS visit, false AS declared
FROM slots s JOIN turnouts t ON t.slot = s.id WHERE s.state = 'done' AND (t.counted > 0 OR t.came)
"""
BEFORE = """
SELECT -id AS slot, held_on::timestamp AT TIME ZONE 'Europe/Paris' AS starts_at, lycee, college, level, pupils, girls,
  1 AS groups, -id AS visit, true AS declared
FROM past_visits
"""
FORWARDS = (
    "DROP VIEW received",
    f"CREATE VIEW received_at_slots AS {AT_SLOTS}",
    f"CREATE VIEW received_before AS {BEFORE}",
    "CREATE VIEW received AS SELECT * FROM received_at_slots UNION ALL SELECT * FROM received_before",
)
BACKWARDS = (
    "DROP VIEW received",
    "DROP VIEW received_before",
    "DROP VIEW received_at_slots",
    f"CREATE VIEW received AS {AT_SLOTS} UNION ALL {BEFORE}",
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
