"""What companies, lycéens, teachers and lycées gave to closed visits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from booking.programme.company_years.queries import WITH_PUPILS
from booking.programme.contributions.rules import Given, LyceeGiven, OwnHours, YearHours, given_of, own_hours
from booking.programme.figures.periods import Period
from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import YEAR_OF, frozen_years
from workshops.contributions.queries import rates, sums
from workshops.database.row_types import row_as, rows_as
from workshops.past_visits.queries import declared_between
from workshops.school_calendar.rules import paris_day, paris_instant

__all__ = ["given", "given_by_lycee", "given_of_lycee", "hours_given", "sums"]

# A visit counts as for the certificate of a company: closed, and pupils were there. $1 and $2 are instants.
_BY_LYCEE = f"""
WITH held AS (
  SELECT s.id, s.school, {YEAR_OF.format(at="s.starts_at")} AS school_year,
    (extract(epoch FROM s.ends_at - s.starts_at) / 60)::int AS minutes
  FROM slots s WHERE s.state = 'done' AND s.starts_at >= $1 AND s.starts_at < $2{{own}} AND {WITH_PUPILS}
), came AS (
  SELECT slot, sum(people)::int AS people FROM company_turnouts WHERE people > 0 GROUP BY slot
), by_lycee AS MATERIALIZED (
  SELECT h.school, h.school_year, count(*) AS visits, sum(h.minutes) AS minutes,
    sum(h.minutes * c.people) AS companies, count(c.people) AS companies_told,
    sum(h.minutes * o.lyceens) AS lyceens, count(o.lyceens) AS lyceens_told,
    sum(h.minutes * o.staff) AS staff, count(o.staff) AS staff_told
  FROM held h LEFT JOIN came c ON c.slot = h.id LEFT JOIN slot_hosts o ON o.slot = h.id
  GROUP BY h.school, h.school_year
)
"""  # noqa: S608 - constants only
_OF_HOSTS = """sum(b.visits)::int AS visits,
  coalesce(sum(b.lyceens), 0)::int AS lyceens, sum(b.lyceens_told)::int AS lyceens_told,
  coalesce(sum(b.staff), 0)::int AS staff, sum(b.staff_told)::int AS staff_told,
  coalesce(sum(b.minutes * m.people), 0)::int AS lycees,
  coalesce(sum(b.visits) FILTER (WHERE m.people IS NOT NULL), 0)::int AS lycees_told"""
_MOBILISED = """LEFT JOIN LATERAL (
  SELECT l.people FROM lycee_staff l WHERE l.school = b.school AND l.school_year <= b.school_year
  ORDER BY l.school_year DESC LIMIT 1
) m ON true"""
_HOURS = f"""{_BY_LYCEE}
SELECT b.school_year, coalesce(sum(b.companies), 0)::int AS companies, sum(b.companies_told)::int AS companies_told,
  {_OF_HOSTS}
FROM by_lycee b {_MOBILISED}
GROUP BY b.school_year ORDER BY b.school_year
"""  # noqa: S608 - constants only
HOURS = _HOURS.format(own="")
# $3: the lycée.
OWN_HOURS = _HOURS.format(own=" AND s.school = $3")

# The same visits and the same sums, of each lycée.
LYCEES = f"""{_BY_LYCEE.format(own="")}
SELECT h.id AS lycee, h.uai, h.name, h.commune, {_OF_HOSTS}
FROM by_lycee b JOIN schools h ON h.id = b.school {_MOBILISED}
GROUP BY h.id ORDER BY h.name, h.commune, h.id
"""  # noqa: S608 - constants only

_lycees: VersionedCache[list[LyceeGiven]] = VersionedCache(size=16, figures=True)
_hours: VersionedCache[list[YearHours]] = VersionedCache(size=16, figures=True)


async def hours_given(from_on: date, to_on: date) -> list[YearHours]:
    """The hours given between two days, both included, by school year; kept until a visit is closed or reopened, or
    somebody says who received."""

    async def ask() -> list[YearHours]:
        first, after = paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())
        return await rows_as(YearHours, HOURS, first, after)

    return await _hours.answer((from_on, to_on), ask, lycee="")


async def given_of_lycee(lycee: int, from_on: date, to_on: date) -> OwnHours:
    """What a lycée's own people gave in a school year, or in its days so far: its part of what the coordination reads,
    by the same statement."""
    first, after = paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())
    return own_hours(await row_as(YearHours, OWN_HOURS, first, after, lycee))


async def given_by_lycee(period: Period, *, now: datetime) -> list[LyceeGiven]:
    """What each lycée gave in a period until today, by their names; kept as hours_given() is."""
    from_on, to_on = period.from_on, min(period.to_on, paris_day(now))

    async def ask() -> list[LyceeGiven]:
        first, after = paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())
        return await rows_as(LyceeGiven, LYCEES, first, after)

    return await _lycees.answer((from_on, to_on), ask, lycee="")


async def given(period: Period, *, now: datetime) -> Given:
    """What was given in kind in a period until today, and what it is worth at the rates of each school year."""
    until = min(period.to_on, paris_day(now))
    years = await hours_given(period.from_on, until)
    declared, _ = await declared_between(period.from_on, until)
    return given_of(
        years,
        await rates(),
        closed=set(await frozen_years()),
        of_year=period.first_year,
        words=period.words,
        declared=declared,
    )
