"""Years that were closed before their facts and figures were frozen with them get those of this day, marked as such."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T12:00:03:002463"
VERSION = "1.38.0"
DESCRIPTION = "Years closed before, frozen at the upgrade"

YEARS = """
INSERT INTO closed_years (school_year, frozen_at, at_upgrade, reopened)
SELECT left(school_year, 4)::int, now(), true, closed_at IS NULL FROM year_closings
WHERE closed_at IS NOT NULL OR reopened_at IS NOT NULL ORDER BY 1
"""
REOPENED = """
INSERT INTO year_corrections (school_year, programme, "of", about, what, was, becomes, reason, by, school, at)
SELECT y.school_year, 'technilab', 'year', y.school_year, 'reopened', '', '', coalesce((
  SELECT w.words FROM events e JOIN event_words w ON w.event = e.id
  WHERE e.act = 'year_reopened' AND e.about = y.school_year ORDER BY e.id DESC LIMIT 1), ''), NULL, NULL, now()
FROM closed_years y WHERE y.reopened
"""
FACTS = """
INSERT INTO school_facts (school, school_year, department, priority, rural, lat, lon, counted)
SELECT s.id, y.school_year, s.department, s.priority, s.rural, s.lat, s.lon,
  s.kind = 'college' AND s.sector = 'public' AND s.part_of IS NULL AND NOT s.closed
FROM closed_years y CROSS JOIN schools s ORDER BY y.school_year, s.id
"""
FIGURES = """
INSERT INTO year_figures (school_year, programme, metric, figure)
SELECT y.school_year, told.programme, told.metric, coalesce(told.figure, 0)::int
FROM closed_years y
CROSS JOIN LATERAL (SELECT make_date(y.school_year, 8, 1) AS first, make_date(y.school_year + 1, 7, 31) AS last) days
CROSS JOIN LATERAL (VALUES
  ('technilab', 'pupils', (SELECT sum(pupils) FROM tallies WHERE span = 'day' AND begins BETWEEN first AND last)),
  ('ptech', 'schemes', (SELECT count(DISTINCT scheme) FROM ptech_cohorts WHERE entry_year = y.school_year)),
  ('ptech', 'pupils',
    (SELECT sum(present) FROM ptech_censuses WHERE school_year = y.school_year AND term = 'october')),
  ('ptech', 'entrants', (SELECT sum(CASE WHEN nth = 1 THEN present ELSE entered END) FROM (
    SELECT school_year, present, entered,
      row_number() OVER (PARTITION BY cohort ORDER BY school_year, term DESC) AS nth FROM ptech_censuses) n
    WHERE n.school_year = y.school_year)),
  ('ptech', 'companies', (SELECT sum(held) FROM (
    SELECT m.cohort, least(3, max((SELECT count(DISTINCT o.company) FROM ptech_mentors o
      WHERE o.cohort = m.cohort AND greatest(m.from_on, first) BETWEEN o.from_on
        AND coalesce(o.to_on, greatest(m.from_on, first))))) AS held
    FROM ptech_mentors m WHERE m.from_on <= last AND (m.to_on IS NULL OR m.to_on >= first) GROUP BY m.cohort) places)),
  ('bts1', 'courses', (SELECT count(*) FROM bts1_steps
    WHERE step = 'ouverte' AND NOT planned AND step_on BETWEEN first AND last)),
  ('bts1', 'enrolled', (SELECT sum(enrolled) FROM bts1_intakes WHERE school_year = y.school_year)),
  ('bts1', 'completed', (SELECT sum(completed) FROM bts1_intakes WHERE school_year = y.school_year))
) told (programme, metric, figure)
"""


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, [(one, "SELECT 1") for one in (YEARS, REOPENED, FACTS, FIGURES)])
