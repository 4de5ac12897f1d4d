"""What companies, lycéens, teachers and lycées gave to closed visits."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from booking.programme.company_years.queries import WITH_PUPILS
from booking.programme.contributions.rules import Given, YearHours, given_of
from booking.programme.figures.periods import Period
from booking.words.wording import paris
from workshops.closed_years.queries import YEAR_OF
from workshops.contributions.queries import rates, sums
from workshops.database.row_types import rows_as
from workshops.past_visits.queries import declared_between
from workshops.school_calendar.rules import paris_instant

__all__ = ["given", "sums"]

# A visit counts as for the certificate of a company: closed, and pupils were there. $1 and $2 are instants.
HOURS = f"""
WITH held AS MATERIALIZED (
  SELECT s.id, s.school, {YEAR_OF.format(at="s.starts_at")} AS school_year,
    (extract(epoch FROM s.ends_at - s.starts_at) / 60)::int AS minutes
  FROM slots s WHERE s.state = 'done' AND s.starts_at >= $1 AND s.starts_at < $2 AND {WITH_PUPILS}
), came AS (
  SELECT t.slot, sum(t.people)::int AS people FROM company_turnouts t JOIN held h ON h.id = t.slot
  WHERE t.people > 0 GROUP BY t.slot
), mobilised AS (
  SELECT y.school, y.school_year, (SELECT l.people FROM lycee_staff l
    WHERE l.school = y.school AND l.school_year <= y.school_year ORDER BY l.school_year DESC LIMIT 1) AS people
  FROM (SELECT DISTINCT school, school_year FROM held) y
)
SELECT h.school_year, count(*)::int AS visits,
  coalesce(sum(h.minutes * c.people), 0)::int AS companies, count(c.people)::int AS companies_told,
  coalesce(sum(h.minutes * o.lyceens), 0)::int AS lyceens, count(o.lyceens)::int AS lyceens_told,
  coalesce(sum(h.minutes * o.staff), 0)::int AS staff, count(o.staff)::int AS staff_told,
  coalesce(sum(h.minutes * m.people), 0)::int AS lycees, count(m.people)::int AS lycees_told
FROM held h LEFT JOIN came c ON c.slot = h.id LEFT JOIN slot_hosts o ON o.slot = h.id
JOIN mobilised m ON m.school = h.school AND m.school_year = h.school_year
GROUP BY h.school_year ORDER BY h.school_year
"""  # noqa: S608 - constants only


async def given(period: Period, *, now: datetime) -> Given:
    """What was given in kind in a period until today, and what it is worth at the rates of each school year."""
    until = min(period.to_on, paris(now).date())
    after = paris_instant(until + timedelta(days=1), time())
    years = await rows_as(YearHours, HOURS, paris_instant(period.from_on, time()), after)
    declared, _ = await declared_between(period.from_on, until)
    return given_of(years, await rates(), of_year=period.first_year, words=period.words, declared=declared)
