"""What a company announced and did in a school year: from the sessions that lycées closed, and the cohorts that it
mentors."""

from __future__ import annotations

from datetime import date, datetime, time

from booking.programme.company_years.rules import (
    Attended,
    CohortMentored,
    CompanyYear,
    ObjectsBuilt,
    PlanLine,
    PlanMonth,
    by_month,
    days_of_year,
)
from workshops.academie.queries import academie
from workshops.companies.queries import company
from workshops.database import rows, value
from workshops.database.row_types import rows_as
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day, paris_instant

WITH_PUPILS = "EXISTS (SELECT FROM turnouts g WHERE g.slot = s.id AND g.counted > 0)"
"""No pupil, no session: what a company waited for alone is not attested; `s` is the slot."""
_CAME = f"""company_turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done' AND t.people > 0
  AND s.starts_at >= $2 AND s.starts_at < $3 AND {WITH_PUPILS}"""
ATTENDED = f"""
SELECT s.starts_at, s.ends_at, h.name AS host, h.commune, w.title AS workshop, t.people,
  coalesce((SELECT a.role FROM attendances a JOIN companies c ON c.id = a.company
            WHERE a.slot = s.id AND c.siret = t.siret AND a.state = 'announced'), '') AS role
FROM {_CAME} JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
WHERE t.siret = $1 ORDER BY s.starts_at, s.id
"""  # noqa: S608 - constants only
MET = f"SELECT coalesce(sum(r.counted), 0)::int FROM {_CAME} JOIN turnouts r ON r.slot = s.id WHERE t.siret = $1"  # noqa: S608 - constants only
BUILT = f"""SELECT o.name, sum(b.finished)::int AS finished
FROM {_CAME} JOIN builds b ON b.slot = s.id JOIN tech_objects o ON o.id = b.tech_object
WHERE t.siret = $1 GROUP BY o.name HAVING sum(b.finished) > 0 ORDER BY finished DESC, o.name"""  # noqa: S608 - constants only
# $1 the company, $2 and $3 the year's first day and the next one's, $4 its autumn.
MENTORED = """
SELECT d.title AS scheme_title, c.entry_year::int, h.name AS school_name, h.commune, acted.actions, acted.minutes,
  counted.entered, counted.present, became.kinds, became.outcomes
FROM ptech_cohorts c JOIN ptech_schemes d ON d.id = c.scheme JOIN schools h ON h.id = d.school
CROSS JOIN LATERAL (
  SELECT count(*)::int AS actions, coalesce(sum(a.minutes), 0)::int AS minutes FROM mentoring_actions a
  WHERE a.cohort = c.id AND a.company = $1 AND a.state = 'held'
    AND (a.starts_at AT TIME ZONE 'Europe/Paris')::date >= $2::date
    AND (a.starts_at AT TIME ZONE 'Europe/Paris')::date < $3::date
) acted CROSS JOIN LATERAL (
  SELECT sum(CASE WHEN n.first THEN n.present ELSE n.entered END)::int AS entered,
    (array_agg(n.present ORDER BY n.school_year DESC, n.term))[1]::int AS present
  FROM (SELECT school_year, term, present, entered, row_number() OVER (ORDER BY school_year, term DESC) = 1 AS first
        FROM ptech_censuses WHERE cohort = c.id AND school_year <= $4::int) n
) counted CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(o.kind ORDER BY o.kind), '{}')::text[] AS kinds,
    coalesce(array_agg(o.pupils ORDER BY o.kind), '{}')::int[] AS outcomes
  FROM (SELECT kind, sum(pupils)::int AS pupils FROM ptech_outcomes
        WHERE cohort = c.id AND school_year <= $4::int GROUP BY kind) o
) became
WHERE EXISTS (SELECT FROM ptech_mentors m WHERE m.cohort = c.id AND m.company = $1 AND m.from_on < $3::date
  AND coalesce(m.to_on, 'infinity') >= $2::date)
ORDER BY d.title, c.entry_year, c.id
"""
# The autumns of the years in which it came to a session or mentored a cohort until $2, the latest first.
YEARS = f"""
SELECT DISTINCT extract(year FROM day - interval '7 months')::int AS autumn FROM (
  SELECT (s.starts_at AT TIME ZONE 'Europe/Paris')::date AS day
  FROM company_turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done' AND t.people > 0 AND {WITH_PUPILS}
  JOIN companies c ON c.siret = t.siret WHERE c.id = $1
  UNION
  SELECT generate_series(m.from_on, least(coalesce(m.to_on, $2::date), $2::date), interval '1 month')::date
  FROM ptech_mentors m WHERE m.company = $1
  UNION
  SELECT least(coalesce(m.to_on, $2::date), $2::date) FROM ptech_mentors m WHERE m.company = $1 AND m.from_on <= $2
) days ORDER BY autumn DESC
"""  # noqa: S608 - constants only
PLAN = """
SELECT a.id AS number, a.slot, s.starts_at, s.ends_at, w.title, h.name AS host, h.commune,
  a.people::int, a.state, a.reason
FROM attendances a JOIN slots s ON s.id = a.slot JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
WHERE a.company = $1 AND s.starts_at >= $2 AND s.starts_at < $3
UNION ALL
SELECT a.id, NULL, a.starts_at, a.starts_at + a.minutes * interval '1 minute',
  a.title || ', rentrée ' || c.entry_year, h.name, h.commune,
  a.people::int, a.state, a.reason
FROM mentoring_actions a JOIN ptech_cohorts c ON c.id = a.cohort JOIN ptech_schemes d ON d.id = c.scheme
JOIN schools h ON h.id = d.school WHERE a.company = $1 AND a.starts_at >= $2 AND a.starts_at < $3
ORDER BY starts_at, slot, number
"""


async def company_year(number: int, *, year: str) -> CompanyYear:
    """What a company did in one school year (« 2026-2027 »), possibly nothing. Raises NotFound."""
    known, days = await company(number), days_of_year(year)
    if known is None or days is None:
        raise NotFound()
    came = (known.siret, *_instants(days))
    return CompanyYear(
        number=known.id,
        company=known.name,
        siret=known.siret,
        commune=known.commune,
        year=year,
        attended=tuple(await rows_as(Attended, ATTENDED, *came)),
        met=int(await value(MET, *came)),
        objects=tuple(await rows_as(ObjectsBuilt, BUILT, *came)),
        cohorts=tuple(await rows_as(CohortMentored, MENTORED, number, *days, days[0].year)),
        served=await academie(),
    )


async def years_of(number: int, *, now: datetime) -> list[str]:
    """The school years in which a company came to a session or mentored a cohort, the latest first."""
    found = await rows(YEARS, number, paris_day(now))
    return [f"{one['autumn']}-{one['autumn'] + 1}" for one in found]


async def plan_of(number: int, *, year: str) -> list[PlanMonth]:
    """What a company announced in a school year and where, month by month. Raises NotFound."""
    if (days := days_of_year(year)) is None:
        raise NotFound()
    return by_month(await rows_as(PlanLine, PLAN, number, *_instants(days)))


def _instants(days: tuple[date, date]) -> list[datetime]:
    return [paris_instant(day, time()) for day in days]
