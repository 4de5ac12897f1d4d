"""The closed visits of each collège by level, for what was closed before these sums were kept."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-26T23:50:02:001902"
VERSION = "1.38.0"
DESCRIPTION = "Sums of the visits by collège and level"

STEPS = (
    """INSERT INTO tallies (span, begins, by, lycee, college, key, visits, groups, pupils, apart, girls,
  made, finished, working, taken_home, people, declared_visits, declared_pupils)
SELECT spans.span, spans.begins, 'class', 0, r.college, r.level, count(DISTINCT r.visit), sum(r.groups), sum(r.pupils),
  coalesce(sum(r.pupils) FILTER (WHERE r.girls IS NOT NULL), 0), coalesce(sum(r.girls), 0), 0, 0, 0, 0, 0,
  count(DISTINCT r.visit) FILTER (WHERE r.declared), coalesce(sum(r.pupils) FILTER (WHERE r.declared), 0)
FROM received r
CROSS JOIN LATERAL (SELECT (r.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) at
CROSS JOIN LATERAL (
  SELECT 'month' AS span, date_trunc('month', at.day)::date AS begins
  UNION ALL SELECT 'year', make_date(extract(year FROM at.day - interval '7 months')::int, 8, 1)
  UNION ALL SELECT 'ever', date '2000-01-01'
) spans
GROUP BY spans.span, spans.begins, r.college, r.level""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
