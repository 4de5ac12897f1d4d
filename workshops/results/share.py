"""The cohorts and the courses behind a target: what each brings to its figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workshops.database import rows
from workshops.programmes.queries import TargetCard
from workshops.ptech.queries import PLACES
from workshops.school_calendar.rules import paris_day

# $1 and $2 the target's days, $3 today, as each programme's totals read them: the census of an October to come counts.
_COHORTS = """
SELECT c.id, 'cohort' AS kind, s.title, c.entry_year, h.name AS school_name, h.commune, of.figure::int AS figure
FROM ptech_cohorts c JOIN ptech_schemes s ON s.id = c.scheme JOIN schools h ON h.id = s.school
CROSS JOIN LATERAL ({figure}) of WHERE of.figure > 0 ORDER BY h.commune, h.name, s.title, c.entry_year, c.id
"""
_COUNTED = """
SELECT sum({counted}) AS figure FROM (
  SELECT term, present, entered, row_number() OVER (ORDER BY school_year, term DESC) = 1 AS first,
    make_date(school_year + (term = 'june')::int, CASE term WHEN 'june' THEN 6 ELSE 10 END, 1) AS of_on
  FROM ptech_censuses WHERE cohort = c.id) n
WHERE of_on BETWEEN $1::date AND $2::date AND $3::date IS NOT NULL
"""
SCHEMES = """
SELECT s.id, 'scheme' AS kind, s.title, NULL::int AS entry_year, h.name AS school_name, h.commune, 1 AS figure
FROM ptech_schemes s JOIN schools h ON h.id = s.school
WHERE EXISTS (SELECT FROM ptech_cohorts c WHERE c.scheme = s.id
  AND make_date(c.entry_year, 9, 1) BETWEEN $1::date AND least($2::date, $3::date))
ORDER BY h.commune, h.name, s.title, s.id
"""
_COURSES = """
SELECT c.id, 'course' AS kind, c.title, NULL::int AS entry_year, h.name AS school_name, h.commune,
       of.figure::int AS figure
FROM bts1_courses c JOIN schools h ON h.id = c.school
CROSS JOIN LATERAL ({figure}) of WHERE of.figure > 0 ORDER BY h.commune, h.name, c.title, c.id
"""
OPENED = """
SELECT (max(step_on) >= $1::date)::int AS figure FROM bts1_steps
WHERE course = c.id AND step = 'ouverte' AND NOT planned AND step_on <= least($2::date, $3::date)
"""
INTAKES = """
SELECT sum({counted}) AS figure FROM bts1_intakes
WHERE course = c.id AND make_date(school_year, 9, 1) BETWEEN $1::date AND least($2::date, $3::date)
"""
BEHIND = {
    ("ptech", "schemes"): SCHEMES,
    ("ptech", "entrants"): _COHORTS.format(
        figure=_COUNTED.format(counted="CASE WHEN first THEN present ELSE entered END")
    ),
    ("ptech", "pupils"): _COHORTS.format(
        figure=_COUNTED.format(counted="CASE WHEN term = 'october' THEN present ELSE 0 END")
    ),
    ("ptech", "companies"): _COHORTS.format(figure=PLACES),
    ("bts1", "courses"): _COURSES.format(figure=OPENED),
    ("bts1", "enrolled"): _COURSES.format(figure=INTAKES.format(counted="enrolled")),
    ("bts1", "completed"): _COURSES.format(figure=INTAKES.format(counted="completed")),
}


@dataclass(frozen=True)
class Share:
    """What one scheme, cohort or course (`kind`) brings to a target's figure."""

    id: int
    kind: str
    title: str
    entry_year: int | None
    school_name: str
    commune: str
    figure: int


async def share(target: TargetCard, *, now: datetime) -> list[Share]:
    """What adds up to the figure of a target of P-TECH or BTS+1, by lycée; empty for any other target."""
    sql = None if target.declared else BEHIND.get((target.programme, target.metric))
    if sql is None:
        return []
    return [Share(**dict(one)) for one in await rows(sql, target.from_on, target.to_on, paris_day(now))]
