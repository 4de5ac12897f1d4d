"""Who was received and what was built there, whichever way it is known; a past visit is told by minus its number."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-26T10:00:02:000172"
VERSION = "1.38.0"
DESCRIPTION = "Visits held, scanned or declared"

# The midnight of Paris with which its day begins.
AT = "held_on::timestamp AT TIME ZONE 'Europe/Paris'"
RECEIVED = """
SELECT s.id AS slot, s.starts_at, s.school AS lycee, t.school AS college, t.level, t.counted AS pupils, t.girls,
  t.came::int AS groups, CASE WHEN t.counted > 0 THEN s.id END AS visit
FROM slots s JOIN turnouts t ON t.slot = s.id WHERE s.state = 'done' AND (t.counted > 0 OR t.came)
"""
FORWARDS = (
    "CREATE UNIQUE INDEX past_visits_reference ON past_visits (reference) WHERE reference <> ''",
    """CREATE UNIQUE INDEX past_visits_once ON past_visits (held_on, lycee, college, lower(group_label))
       WHERE reference = ''""",
    "CREATE INDEX past_visits_as_slots ON past_visits ((-id))",
    f"CREATE INDEX past_visits_in_time ON past_visits (({AT}))",
    "CREATE INDEX past_visits_of_lycee ON past_visits (lycee)",
    "CREATE INDEX past_visits_of_college ON past_visits (college)",
    "DROP VIEW received",
    f"""CREATE VIEW received AS
    SELECT one.*, false AS declared FROM ({RECEIVED}) one
    UNION ALL
    SELECT -id, {AT}, lycee, college, level, pupils, girls, 1, -id, true FROM past_visits""",
    f"""CREATE VIEW held AS
    SELECT id AS slot, starts_at, school AS lycee, false AS declared FROM slots WHERE state = 'done'
    UNION ALL
    SELECT -id, {AT}, lycee, true FROM past_visits""",
    """CREATE VIEW built AS
    SELECT b.slot, b.tech_object, b.made, b.finished, b.working, b.taken_home,
      coalesce(t.came, false)::int AS groups, false AS declared
    FROM builds b LEFT JOIN turnouts t ON t.slot = b.slot AND t.group_ref = b.group_ref
    UNION ALL
    SELECT -id, tech_object, NULL, NULL, NULL, NULL, 1, true FROM past_visits WHERE tech_object IS NOT NULL""",
    """CREATE VIEW companies_came AS
    SELECT slot, siret, people, false AS declared FROM company_turnouts WHERE people > 0
    UNION ALL
    SELECT -p.id, c.siret, NULL, true FROM past_visits p CROSS JOIN LATERAL unnest(p.companies) c (siret)""",
)
BACKWARDS = (
    "DROP VIEW companies_came",
    "DROP VIEW built",
    "DROP VIEW held",
    "DROP VIEW received",
    f"CREATE VIEW received AS {RECEIVED}",
    "DROP INDEX past_visits_of_college",
    "DROP INDEX past_visits_of_lycee",
    "DROP INDEX past_visits_in_time",
    "DROP INDEX past_visits_as_slots",
    "DROP INDEX past_visits_once",
    "DROP INDEX past_visits_reference",
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
