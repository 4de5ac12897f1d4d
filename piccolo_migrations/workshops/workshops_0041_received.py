"""Who was received, said once for every figure; the visits already closed are summed up."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:00:000041"
VERSION = "1.38.0"
DESCRIPTION = "Who was received"

# A group of none did not come. Guests announced none: their group came to its own visit, or where it was first a guest.
CAME = """
UPDATE turnouts t SET came = true WHERE t.counted > 0 AND (t.announced > 0 OR NOT EXISTS (
  SELECT FROM turnouts o WHERE o.group_ref = t.group_ref AND o.counted > 0 AND (o.announced > 0 OR o.slot < t.slot)))
"""
RECEIVED = """
CREATE VIEW received AS
SELECT s.id AS slot, s.starts_at, s.school AS lycee, t.school AS college, t.level, t.counted AS pupils, t.girls,
  t.came::int AS groups, CASE WHEN t.counted > 0 THEN s.id END AS visit
FROM slots s JOIN turnouts t ON t.slot = s.id WHERE s.state = 'done' AND (t.counted > 0 OR t.came)
"""
SUM_UP = """
WITH pupils AS (
  SELECT r.*, c.department, at.day, date_trunc('month', at.day)::date AS month
  FROM received r JOIN schools c ON c.id = r.college
  CROSS JOIN LATERAL (SELECT (r.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) at
), others AS (
  SELECT s.id, date_trunc('month', s.starts_at AT TIME ZONE 'Europe/Paris')::date AS month
  FROM slots s WHERE s.state = 'done'
), parts AS (
  SELECT CASE grouping(day, lycee, college, department, level) WHEN 15 THEN 'whole' WHEN 23 THEN 'lycee'
      WHEN 27 THEN 'college' WHEN 19 THEN 'trip' WHEN 29 THEN 'department' ELSE 'level' END AS by,
    coalesce(day, month) AS begins, coalesce(lycee, 0) AS lycee, coalesce(college, 0) AS college,
    coalesce(department, level, '') AS key, count(DISTINCT visit) AS visits, sum(groups) AS groups,
    sum(pupils) AS pupils, coalesce(sum(pupils) FILTER (WHERE girls IS NOT NULL), 0) AS apart,
    coalesce(sum(girls), 0) AS girls, 0 AS made, 0 AS finished, 0 AS working, 0 AS taken_home, 0 AS people
  FROM pupils GROUP BY GROUPING SETS ((day), (month, lycee), (month, college), (month, lycee, college),
    (month, department), (month, level))
  UNION ALL
  SELECT 'object', o.month, 0, 0, b.tech_object::varchar, count(DISTINCT b.slot), count(*) FILTER (WHERE t.came),
    0, 0, 0, sum(b.made), sum(b.finished), sum(b.working), sum(b.taken_home), 0
  FROM others o JOIN builds b ON b.slot = o.id LEFT JOIN turnouts t ON t.slot = b.slot AND t.group_ref = b.group_ref
  GROUP BY o.month, b.tech_object
  UNION ALL
  SELECT 'company', o.month, 0, 0, t.siret, count(*), 0, 0, 0, 0, 0, 0, 0, 0, sum(t.people)
  FROM others o JOIN company_turnouts t ON t.slot = o.id AND t.people > 0 GROUP BY o.month, t.siret
)
INSERT INTO tallies (span, begins, by, lycee, college, key, visits, groups, pupils, apart, girls, made, finished,
                     working, taken_home, people)
SELECT spans.span, spans.begins, by, lycee, college, key, sum(visits), sum(groups), sum(pupils), sum(apart), sum(girls),
  sum(made), sum(finished), sum(working), sum(taken_home), sum(people)
FROM parts CROSS JOIN LATERAL (
  SELECT CASE by WHEN 'whole' THEN 'day' ELSE 'month' END AS span, parts.begins
  UNION ALL
  SELECT 'year', make_date(extract(year FROM parts.begins - interval '7 months')::int, 8, 1) WHERE by <> 'whole'
) spans
GROUP BY spans.span, spans.begins, by, lycee, college, key
"""
FORWARDS = (
    CAME,
    RECEIVED,
    "CREATE INDEX turnouts_of_guests ON turnouts (group_ref) WHERE announced = 0",
    "CREATE INDEX slots_done ON slots (starts_at) WHERE state = 'done'",
    SUM_UP,
)
BACKWARDS = ("DROP INDEX slots_done", "DROP INDEX turnouts_of_guests", "DROP VIEW received")


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
