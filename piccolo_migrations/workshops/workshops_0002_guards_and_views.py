"""No room and no mentor twice at a time, what makes lists quick, and who was received."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-26T18:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "What is offered and what happened, guarded"

STEPS = (
    """ALTER TABLE ptech_mentors ADD CONSTRAINT ptech_mentors_once_at_a_time
  EXCLUDE USING gist (int8range(cohort, cohort, '[]')
  WITH &&, int8range(company, company, '[]') WITH &&, daterange(from_on, to_on, '[]') WITH &&)""",
    """ALTER TABLE slots ADD CONSTRAINT slots_room_free
  EXCLUDE USING gist (int8range(room, room, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
  WHERE (((room IS NOT NULL) AND (state <> 'called_off')))""",
    "CREATE INDEX closures_of_zone ON closures (zone, first_on)",
    "CREATE UNIQUE INDEX closures_once ON closures (kind, label, COALESCE(zone, ''), COALESCE(school, 0), first_on)",
    "CREATE INDEX company_turnouts_of_company ON company_turnouts (siret)",
    "CREATE INDEX past_visits_as_slots ON past_visits ((-id))",
    "CREATE INDEX past_visits_in_time ON past_visits ((held_on::timestamp AT TIME ZONE 'Europe/Paris'))",
    "CREATE INDEX past_visits_of_college ON past_visits (college)",
    "CREATE INDEX past_visits_of_lycee ON past_visits (lycee)",
    """CREATE UNIQUE INDEX past_visits_once ON past_visits (held_on, lycee, college, lower(group_label))
  WHERE (reference = '')""",
    "CREATE UNIQUE INDEX past_visits_reference ON past_visits (reference) WHERE (reference <> '')",
    "CREATE INDEX slots_done ON slots (starts_at) WHERE (state = 'done')",
    """CREATE INDEX slots_for_companies ON slots (starts_at, id)
  WHERE (state IN ('open', 'closed') AND (company_places_taken < company_places))""",
    "CREATE INDEX slots_of_school ON slots (school, starts_at)",
    "CREATE INDEX slots_of_workshop ON slots (workshop, starts_at)",
    "CREATE INDEX slots_on_offer ON slots (starts_at, id) WHERE state IN ('open', 'closed')",
    "CREATE INDEX turnouts_of_guests ON turnouts (group_ref) WHERE (announced = 0)",
    "CREATE INDEX turnouts_of_school ON turnouts (school)",
)
# The midnight of Paris with which the day of a visit held before Technilab begins.
AT = "held_on::timestamp AT TIME ZONE 'Europe/Paris'"
VIEWS = (
    # Who was received, in two views: PostgreSQL looks by a moment or a number into each of them, not into their union.
    """CREATE VIEW received_at_slots AS
SELECT s.id AS slot, s.starts_at, s.school AS lycee, t.school AS college, t.level, t.counted AS pupils, t.girls,
  t.came::int AS groups, CASE WHEN t.counted > 0 THEN s.id END AS visit, false AS declared
FROM slots s JOIN turnouts t ON t.slot = s.id WHERE s.state = 'done' AND (t.counted > 0 OR t.came)""",
    f"""CREATE VIEW received_before AS
SELECT -id AS slot, {AT} AS starts_at, lycee, college, level, pupils, girls,
  1 AS groups, -id AS visit, true AS declared
FROM past_visits""",
    "CREATE VIEW received AS SELECT * FROM received_at_slots UNION ALL SELECT * FROM received_before",
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


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, (*STEPS, *VIEWS))
