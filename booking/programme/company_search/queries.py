"""The companies that came, and what each of them did since the beginning."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from msgspec import Struct

from booking.programme.company_search.rules import does, words_wanted
from booking.programme.company_years.queries import WITH_PUPILS
from workshops.companies.queries import CompanyCard, known_places
from workshops.companies.rules import CompanyPlace
from workshops.database.row_types import columns_of, rows_as
from workshops.schools.queries import SchoolCard
from workshops.schools.rules import kilometres

DID_MOST = 3
_SESSION = f"slots s WHERE s.id = t.slot AND s.state = 'done' AND t.people > 0 AND {WITH_PUPILS}"
# One whose people have all closed their accounts wants to hear no more of it; one that never had any was never asked.
CAME = f"""
SELECT {columns_of(CompanyCard, "c")} FROM companies c
WHERE (EXISTS (SELECT FROM company_turnouts t WHERE t.siret = c.siret AND EXISTS (SELECT FROM {_SESSION}))
    OR c.siret IN (SELECT unnest(p.companies) FROM past_visits p)
    OR EXISTS (SELECT FROM ptech_mentors m WHERE m.company = c.id))
  AND (EXISTS (SELECT FROM memberships m JOIN accounts a ON a.id = m.account
               WHERE m.company = c.id AND a.disabled_at IS NULL)
    OR NOT EXISTS (SELECT FROM memberships m WHERE m.company = c.id))
ORDER BY c.name, c.siret
"""  # noqa: S608 - constants only
DEEDS = f"""
WITH told AS (
  SELECT c.id, count(DISTINCT (p.held_on, p.lycee))::int AS visits, max(p.held_on) AS last_on
  FROM past_visits p CROSS JOIN LATERAL unnest(p.companies) named (siret) JOIN companies c ON c.siret = named.siret
  WHERE c.id = ANY ($1::int[]) GROUP BY c.id
)
SELECT c.id, came.visits + coalesce(told.visits, 0) AS visits, greatest(came.last_on, told.last_on) AS last_on,
  came.given, came.roles, came.did,
  (SELECT count(DISTINCT m.cohort)::int FROM ptech_mentors m WHERE m.company = c.id) AS cohorts
FROM companies c LEFT JOIN told ON told.id = c.id CROSS JOIN LATERAL (
  SELECT count(*)::int AS visits, max((s.starts_at AT TIME ZONE 'Europe/Paris')::date) AS last_on,
    coalesce(sum((s.ends_at - s.starts_at) * t.people), interval '0') AS given,
    coalesce(array_agg(DISTINCT a.role) FILTER (WHERE a.role IS NOT NULL), '{{}}') AS roles,
    (coalesce(array_agg(w.title || ', ' || h.name ORDER BY s.starts_at DESC, s.id), '{{}}'))[1:20]::text[] AS did
  FROM company_turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done' AND t.people > 0 AND {WITH_PUPILS}
  JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
  LEFT JOIN LATERAL (SELECT role::text FROM attendances
    WHERE slot = s.id AND company = c.id AND state = 'announced' ORDER BY id LIMIT 1) a ON true
  WHERE t.siret = c.siret
) came WHERE c.id = ANY ($1::int[])
"""  # noqa: S608 - constants only
WRITABLE = """
SELECT c.id AS company, a.name, a.email FROM companies c JOIN memberships m ON m.company = c.id
JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
WHERE c.id = ANY ($1::int[]) AND NOT EXISTS (SELECT FROM doubtful_addresses d WHERE d.email = a.email)
ORDER BY c.id, a.name, a.id
"""


class CompanyNear(Struct, frozen=True):
    """A company, and how far it is from where somebody looks; `estimated`: from the middle of its département. None
    where nobody knows, or where nobody asks."""

    company: CompanyCard
    km: int | None = None
    estimated: bool = False


class Deeds(Struct, frozen=True):
    """What a company did in all: its visits, those before Technilab too, and since then the hours `given` by its people
    together, as what it came, and at which workshops; `cohorts` of P-TECH that it mentors or mentored."""

    id: int
    visits: int
    last_on: date | None
    given: timedelta
    roles: tuple[str, ...]
    did: tuple[str, ...]
    cohorts: int

    @property
    def lately(self) -> list[str]:
        """The last workshops, each once."""
        return list(dict.fromkeys(self.did))[:DID_MOST]


class Writable(Struct, frozen=True):
    """Somebody who acts for a company and whom mails reach."""

    company: int
    name: str
    email: str


async def companies_that_came() -> list[CompanyCard]:
    """The companies that came to a session or mentor a cohort, by name; none that has closed all its accounts."""
    return await rows_as(CompanyCard, CAME)


async def companies_found(
    companies: Sequence[CompanyCard], trade: str, *, near: SchoolCard | None, km: int | None
) -> list[CompanyNear]:
    """Those of them that do what is asked for, the nearest first, by name where nobody says near what.

    With `km` those within so many kilometres of that school; one of which nobody knows where it is stands last.
    """
    wanted, places = words_wanted(trade), await known_places()
    fits = [one for one in companies if does(f"{one.trade} {one.name}", wanted)]
    if near is None:
        return [CompanyNear(one) for one in fits]
    found = [_near(one, near, places.place_of(one.commune, one.department)) for one in fits]
    if km is not None:
        found = [one for one in found if one.km is not None and one.km <= km]
    return sorted(found, key=lambda one: (one.km is None, one.km or 0, one.estimated))


def _near(company: CompanyCard, school: SchoolCard, place: CompanyPlace | None) -> CompanyNear:
    if school.lat is None or school.lon is None or place is None:
        return CompanyNear(company)
    far = round(kilometres(school.lat, school.lon, place.lat, place.lon))
    return CompanyNear(company, far, estimated=place.estimated)


async def deeds_of(companies: Collection[int]) -> dict[int, Deeds]:
    """What each of these companies did."""
    return {one.id: one for one in await rows_as(Deeds, DEEDS, list(companies))}


async def writable(companies: Collection[int]) -> dict[int, Sequence[Writable]]:
    """Whom one may write to at each of these companies; nobody where mails come back or accounts are closed."""
    people = await rows_as(Writable, WRITABLE, list(companies))
    return {number: [one for one in people if one.company == number] for number in companies}
