"""What a company attended in a school year, from the sessions that lycées closed."""

from __future__ import annotations

from datetime import time

from booking.day.certificates.rules import Attended, Certificate, days_of_year
from booking.words.wording import school_year_of
from workshops.academie.queries import academie
from workshops.companies.queries import company
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_instant

# No pupil, no session: what a company waited for alone is not attested.
_WITH_PUPILS = "EXISTS (SELECT FROM turnouts g WHERE g.slot = s.id AND g.counted > 0)"
ATTENDED = f"""
SELECT s.starts_at, s.ends_at, h.name AS host, h.commune, w.title AS workshop, t.people,
  coalesce((SELECT a.role FROM attendances a JOIN companies c ON c.id = a.company
            WHERE a.slot = s.id AND c.siret = t.siret AND a.state = 'announced'), '') AS role
FROM company_turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done' AND t.people > 0
JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
WHERE t.siret = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND {_WITH_PUPILS} ORDER BY s.starts_at, s.id
"""  # noqa: S608 - constants only
STARTS = f"""
SELECT s.starts_at FROM company_turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done'
WHERE t.siret = $1 AND t.people > 0 AND {_WITH_PUPILS} ORDER BY s.starts_at DESC
"""  # noqa: S608 - constants only


async def certificate(number: int, *, year: str) -> Certificate:
    """What a company attended in one school year (« 2026-2027 »), possibly nothing. Raises NotFound."""
    known, days = await company(number), days_of_year(year)
    if known is None or days is None:
        raise NotFound()
    since, until = (paris_instant(day, time()) for day in days)
    attended = tuple(await rows_as(Attended, ATTENDED, known.siret, since, until))
    return Certificate(known.id, known.name, known.siret, known.commune, year, attended, await academie())


async def years_attended(number: int) -> list[str]:
    """The school years in which a company came to a session, the latest first."""
    known = await company(number)
    found = [] if known is None else await rows(STARTS, known.siret)
    return list(dict.fromkeys(school_year_of(one["starts_at"]) for one in found))
