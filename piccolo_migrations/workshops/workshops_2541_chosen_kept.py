"""A slot to come that closes earlier than its lycée's number of days says closes so because the lycée chose it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T21:00:01:002541"
VERSION = "1.38.0"
DESCRIPTION = "closings that were chosen stay so"

# The days with lessons of each zone, in their order.
_LESSONS = """
  SELECT zones.zone, on_day::date AS day, row_number() OVER (PARTITION BY zones.zone ORDER BY on_day) AS nth
  FROM (SELECT DISTINCT zone FROM schools WHERE kind = 'lycee') zones,
    generate_series(now()::timestamp - interval '1 year', now()::timestamp + interval '3 years', '1 day') on_day
  WHERE extract(isodow FROM on_day) < 6 AND NOT EXISTS (
    SELECT FROM closures c WHERE c.school IS NULL AND (c.zone IS NULL OR c.zone = zones.zone)
      AND on_day::date BETWEEN c.first_on AND c.last_on)
"""
STEPS = (
    (
        f"""
WITH lessons AS MATERIALIZED ({_LESSONS}), stand AS (
  SELECT s.id, ((SELECT before.day FROM lessons before WHERE before.zone = h.zone AND before.nth = (
      SELECT max(nth) FROM lessons l WHERE l.zone = h.zone
        AND l.day < (s.starts_at AT TIME ZONE 'Europe/Paris')::date) + 1 - h.booking_days) + time '18:00')
    AT TIME ZONE 'Europe/Paris' AS rule
  FROM slots s JOIN schools h ON h.id = s.school WHERE s.state IN ('draft', 'open', 'closed') AND s.starts_at > now()
)
UPDATE slots SET chosen_closes_at = booking_closes_at FROM stand
WHERE slots.id = stand.id AND booking_closes_at < stand.rule""",  # noqa: S608 - constants only
        "UPDATE slots SET chosen_closes_at = NULL",
    ),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
