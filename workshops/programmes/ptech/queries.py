"""The schemes and their cohorts, by lycée, by company, and the figures of the whole programme."""

from __future__ import annotations

from datetime import date, datetime

from asyncpg import Record
from msgspec import Struct

from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.programmes.ptech.check_flow import terms_due
from workshops.programmes.ptech.measure import MentorDays, share_places
from workshops.programmes.ptech.rules import (
    FIRST_ENTRY,
    MENTORS_WANTED,
    MONTHS,
    SILENT_DAYS,
    YEARS,
    is_running,
    mentors_missing,
)
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import paris_day, school_year_counted
from workshops.scope import EVERYTHING, Scope, within, within_one

_SCHEMES = """
SELECT s.id, s.school, h.name AS school_name, h.commune, s.title, s.field, s.bts_school,
  coalesce(b.name, '') AS bts_host, s.bts_title, s.agreement_on, s.agreement_ref, s.opens_on, s.closed_on, s.example
FROM ptech_schemes s JOIN schools h ON h.id = s.school LEFT JOIN schools b ON b.id = s.bts_school
"""
SCHEMES = f"{_SCHEMES} WHERE {within('s.school', 1)} ORDER BY h.commune, h.name, s.title, s.id"
SCHEMES_AFTER = f"{_SCHEMES} WHERE {within('s.school', 1)} AND s.id > $2 ORDER BY s.id LIMIT $3"
SCHEME = f"{_SCHEMES} WHERE s.id = $1 AND {within('s.school', 2)}"
CARD = """c.id, c.scheme, c.entry_year, c.label, s.title AS scheme_title, s.field, s.school, h.name AS school_name,
  h.commune, coalesce(b.name, '') AS bts_host, s.bts_title, s.opens_on, s.closed_on"""
ITS_LYCEE = "ptech_cohorts c JOIN ptech_schemes s ON s.id = c.scheme JOIN schools h ON h.id = s.school"
ITS_SCHEME = f"{ITS_LYCEE} LEFT JOIN schools b ON b.id = s.bts_school"
# $1 the lycées of the scope, $2 its companies.
_COHORTS = f"""
SELECT {CARD}, m.companies, m.from_ons, m.to_ons,
  (SELECT n.present FROM ptech_censuses n WHERE n.cohort = c.id ORDER BY n.school_year DESC, n.term LIMIT 1)
    AS present,
  (SELECT count(*) FROM mentoring_actions a WHERE a.cohort = c.id AND a.state = 'held')::int AS held
FROM {ITS_SCHEME} CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(company), '{{}}') AS companies, coalesce(array_agg(from_on), '{{}}') AS from_ons,
    coalesce(array_agg(to_on), '{{}}') AS to_ons
  FROM ptech_mentors WHERE cohort = c.id) m
WHERE ({within("s.school", 1)} OR {within_one("m.companies", 2)})
"""  # noqa: S608 - constants only
COHORTS = f"{_COHORTS} ORDER BY s.id, c.entry_year"
COHORTS_AFTER = f"{_COHORTS} AND c.id > $3 ORDER BY c.id LIMIT $4"
# The places held in cohort `c` in a period, the most companies at once: $1 and $2 its days, $3 today.
PLACES = f"""
SELECT least({MENTORS_WANTED}, coalesce(max((SELECT count(DISTINCT o.company) FROM ptech_mentors o
  WHERE o.cohort = c.id AND day BETWEEN o.from_on AND coalesce(o.to_on, day))), 0)) AS figure
FROM ptech_mentors m CROSS JOIN LATERAL (SELECT greatest(m.from_on, $1::date) AS day) arrival
WHERE m.cohort = c.id AND m.from_on <= least($2::date, $3::date) AND (m.to_on IS NULL OR m.to_on >= $1::date)
"""  # noqa: S608 - constants only
# A cohort as the lines of a list name it.
NAMED = "c.id AS cohort, s.title AS scheme_title, c.entry_year, s.school, h.name AS school_name, h.commune"
# $1 the lycées of the scope, $2 and $3 the school years and terms that are to be counted.
_CENSUSES_LACKING = f"""
SELECT {NAMED}, h.uai, y.school_year, y.term FROM {ITS_LYCEE}
JOIN unnest($2::int[], $3::varchar[]) y (school_year, term)
  ON y.school_year BETWEEN c.entry_year AND c.entry_year + {YEARS - 1}
WHERE {within("s.school", 1)} AND (s.closed_on IS NULL OR s.closed_on >= make_date(y.school_year, 10, 1))
AND NOT EXISTS (
  SELECT FROM ptech_censuses n WHERE n.cohort = c.id AND n.school_year = y.school_year AND n.term = y.term)
"""  # noqa: S608 - constants only
CENSUSES_MISSING = f"{_CENSUSES_LACKING} ORDER BY y.school_year, h.commune, h.name, s.title, c.entry_year"
CENSUSES_DUE = f"{_CENSUSES_LACKING} ORDER BY y.school_year, y.term DESC, h.uai, s.title, c.entry_year"
# The mentors of today, of cohorts within their five years, with nothing planned and nothing held for too long: as
# engagement() has it. $1 today, $2 how many days.
MENTORS_QUIET = f"""
SELECT {NAMED}, k.name AS company, coalesce(held.last_on, m.from_on) AS since
FROM {ITS_LYCEE} JOIN ptech_mentors m ON m.cohort = c.id JOIN companies k ON k.id = m.company
CROSS JOIN LATERAL (
  SELECT max(a.held_on) FILTER (WHERE a.state = 'held') AS last_on,
    coalesce(bool_or(a.state = 'planned' AND a.held_on >= $1::date), false) AS planned
  FROM (SELECT state, (starts_at AT TIME ZONE 'Europe/Paris')::date AS held_on FROM mentoring_actions
        WHERE cohort = m.cohort AND company = m.company) a
  WHERE a.held_on >= m.from_on OR NOT EXISTS (
    SELECT FROM ptech_mentors b WHERE b.cohort = m.cohort AND b.company = m.company AND b.from_on < m.from_on)
) held
WHERE m.from_on <= $1::date AND (m.to_on IS NULL OR m.to_on >= $1::date)
  AND $1::date BETWEEN make_date(c.entry_year, 9, 1) AND make_date(c.entry_year + {YEARS}, 8, 31)
  AND (s.closed_on IS NULL OR s.closed_on >= $1::date)
  AND NOT held.planned AND $1::date - coalesce(held.last_on, m.from_on) > $2::int
ORDER BY since, k.name, c.id
"""  # noqa: S608 - constants only
# $1 and $2 the period's days, $3 today. A census speaks of 1 October or 1 June, a cohort of 1 September.
TOTALS = f"""
WITH begun AS (
  SELECT id, scheme FROM ptech_cohorts WHERE make_date(entry_year, 9, 1) BETWEEN $1::date AND least($2::date, $3::date)
), counted AS (
  SELECT cohort, term, present, entered,
    make_date(school_year + (term = 'june')::int, CASE term WHEN 'june' THEN 6 ELSE 10 END, 1) AS of_on,
    row_number() OVER (PARTITION BY cohort ORDER BY school_year, term DESC) = 1 AS first
  FROM ptech_censuses
), acted AS (
  SELECT minutes, pupils FROM mentoring_actions
  WHERE state = 'held' AND (starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN $1::date AND $2::date
)
SELECT
  (SELECT count(DISTINCT scheme) FROM begun)::int AS schemes,
  (SELECT count(*) FROM ptech_schemes s
   WHERE s.opens_on <= $2::date AND (s.closed_on IS NULL OR s.closed_on > $3::date) AND NOT EXISTS (
     SELECT 1 FROM ptech_cohorts c WHERE c.scheme = s.id AND make_date(c.entry_year, 9, 1) <= $3::date))::int
    AS planned_schemes,
  (SELECT count(*) FROM begun)::int AS cohorts,
  (SELECT coalesce(sum(CASE WHEN first THEN present ELSE entered END), 0) FROM counted
   WHERE of_on BETWEEN $1::date AND $2::date)::int AS entrants,
  (SELECT coalesce(sum(present), 0) FROM counted WHERE term = 'october' AND of_on BETWEEN $1::date AND $2::date)::int
    AS pupil_years,
  (SELECT coalesce(sum(held.figure), 0) FROM ptech_cohorts c CROSS JOIN LATERAL ({PLACES}) held)::int AS companies,
  (SELECT count(DISTINCT company) FROM ptech_mentors
   WHERE from_on <= least($2::date, $3::date) AND (to_on IS NULL OR to_on >= $1::date))::int AS firms,
  (SELECT count(*) FROM acted)::int AS actions,
  (SELECT coalesce(sum(minutes::int * pupils), 0) FROM acted)::bigint AS pupil_minutes
"""  # noqa: S608 - constants only


class SchemeCard(Struct, frozen=True):
    """A lycée's P-TECH scheme; `bts_host` is the name of the lycée of the BTS, empty while none is known."""

    id: int
    school: int
    school_name: str
    commune: str
    title: str
    field: str
    bts_school: int | None
    bts_host: str
    bts_title: str
    agreement_on: date | None
    agreement_ref: str
    opens_on: date
    closed_on: date | None
    example: bool


class CohortCard(Struct, frozen=True):
    """Who a cohort is: its scheme, its lycée, its rentrée."""

    id: int
    scheme: int
    entry_year: int
    label: str
    scheme_title: str
    field: str
    school: int
    school_name: str
    commune: str
    bts_host: str
    bts_title: str
    opens_on: date
    closed_on: date | None

    @property
    def named(self) -> str:
        """« MEI Jules Haag, rentrée 2026 »"""
        return f"{self.scheme_title}, rentrée {self.entry_year}"


class CohortLine(CohortCard, frozen=True):
    """A cohort in a list. `mentors` mentor it today, `places` of its three were ever taken, `replaced` companies left
    theirs to another; `present` is the last census's, None before the first."""

    mentors: int
    places: int
    replaced: int
    present: int | None
    held: int
    running: bool

    @property
    def missing(self) -> int:
        """How many mentor companies it lacks today; none once its five years are over."""
        return mentors_missing(self.mentors) if self.running else 0


class PtechTotals(Struct, frozen=True):
    """P-TECH in a period, both days included.

    `schemes` took a cohort at a rentrée of the period, `planned_schemes` have none yet. `entrants`: the pupils of each
    cohort's first October census, plus the late entrants of the later ones. `pupil_years`: the pupils of every October
    census, once a school year. `companies`: the places held; one that follows another has the same place. `firms`: the
    different companies that held one.
    """

    schemes: int
    planned_schemes: int
    cohorts: int
    entrants: int
    pupil_years: int
    companies: int
    firms: int
    actions: int
    pupil_minutes: int


class CohortNamed(Struct, frozen=True):
    """A cohort as the lines of a list name it."""

    cohort: int
    scheme_title: str
    entry_year: int
    school: int
    school_name: str
    commune: str


class CensusDue(CohortNamed, frozen=True):
    """What a cohort is to be counted in and is not yet (2026 is 2026-2027), its lycée by its UAI."""

    uai: str
    school_year: int
    term: str

    @property
    def named(self) -> str:
        """« octobre 2026 : MEI Jules Haag, rentrée 2026 »"""
        year = self.school_year + (self.term == "june")
        return f"{MONTHS[self.term]} {year} : {self.scheme_title}, rentrée {self.entry_year}"


class MentorQuiet(CohortNamed, frozen=True):
    """A mentor company that is to be called: nothing held `since` that day, and nothing planned."""

    company: str
    since: date


async def censuses_missing(*, now: datetime) -> list[CensusDue]:
    """The October censuses that cohorts lack once that October is over, the oldest first."""
    over = range(FIRST_ENTRY, school_year_counted(paris_day(now)) + 1)
    return await rows_as(CensusDue, CENSUSES_MISSING, EVERYTHING.schools, over, ["october"] * len(over))


async def censuses_due(*, scope: Scope, now: datetime) -> list[CensusDue]:
    """What is to be counted now in the cohorts of the scope's lycées and is not yet, the oldest first."""
    years, terms = zip(*terms_due(paris_day(now)), strict=True)
    return await rows_as(CensusDue, CENSUSES_DUE, scope.schools, years, terms)


async def mentors_quiet(*, now: datetime) -> list[MentorQuiet]:
    """The mentor companies of today that are to be called, the longest silent first."""
    return await rows_as(MentorQuiet, MENTORS_QUIET, paris_day(now), SILENT_DAYS)


async def schemes(*, scope: Scope) -> list[SchemeCard]:
    """The schemes of the lycées that a scope reaches, by commune."""
    return await rows_as(SchemeCard, SCHEMES, scope.schools)


async def schemes_after(number: int, *, scope: Scope, limit: int) -> list[SchemeCard]:
    """The same schemes by number: at most `limit` that follow this one."""
    return await rows_as(SchemeCard, SCHEMES_AFTER, scope.schools, number, limit)


async def one_scheme(number: int, *, scope: Scope) -> SchemeCard:
    """One scheme. Raises NotFound for one of a lycée that the scope does not reach."""
    return or_not_found(await row_as(SchemeCard, SCHEME, number, scope.schools))


async def cohorts(*, scope: Scope, now: datetime) -> list[CohortLine]:
    """The cohorts of the scope's lycées, and those that its companies mentor or mentored: one statement."""
    today = paris_day(now)
    return [_line(one, today) for one in await rows(COHORTS, scope.schools, scope.companies)]


async def cohorts_after(number: int, *, scope: Scope, limit: int, now: datetime) -> list[CohortLine]:
    """The same cohorts by number: at most `limit` that follow this one."""
    today = paris_day(now)
    return [_line(one, today) for one in await rows(COHORTS_AFTER, scope.schools, scope.companies, number, limit)]


def _line(found: Record, today: date) -> CohortLine:
    told = dict(found)
    stays = list(map(MentorDays, told.pop("companies"), told.pop("from_ons"), told.pop("to_ons")))
    shared = share_places(stays, today=today)
    return CohortLine(
        **told,
        mentors=len({one.company for one in stays if one.on(today)}),
        places=shared.taken,
        replaced=len(shared.replaced),
        running=is_running(found["entry_year"], found["closed_on"], today),
    )


async def totals(*, from_on: date, to_on: date, now: datetime) -> PtechTotals:
    """What P-TECH counts in a period, both days included: one statement."""
    (found,) = await rows_as(PtechTotals, TOTALS, from_on, to_on, paris_day(now))
    return found
