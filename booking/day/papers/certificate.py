"""A company's certificate: what it attended in a school year, from the sessions that lycées closed."""

from __future__ import annotations

import asyncio
import re
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from booking.day.papers.letterhead import letterhead
from booking.words.wording import school_year_of
from workshops.academie.queries import academie
from workshops.academie.rules import Served
from workshops.companies.queries import company
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.refusals import NotFound
from workshops.school_calendar.rules import first_day_of, paris_instant

COUNTING_RULE = (
    "Sont comptées les séances closes par le lycée où l'entreprise est venue et où des élèves étaient présents. Les"
    " personnes sont celles que le lycée a vues venir. La durée est celle de la séance ; les heures données sont la"
    " durée multipliée par les personnes."
)


class Attended(Struct, frozen=True):
    """A session to which the company came, as the lycée closed it: counts, no name."""

    starts_at: datetime
    ends_at: datetime
    host: str
    commune: str
    workshop: str
    role: str
    people: int

    @property
    def lasts(self) -> timedelta:
        """How long the session was."""
        return self.ends_at - self.starts_at

    @property
    def given(self) -> timedelta:
        """The hours that its people gave together."""
        return self.lasts * self.people


class Certificate(Struct, frozen=True):
    """What a company filed for one school year is made of, in the name of the académie `served`.

    `number` is the company's here.
    """

    number: int
    company: str
    siret: str
    commune: str
    year: str
    attended: tuple[Attended, ...]
    served: Served

    @property
    def people(self) -> int:
        """The people who came, once for each session."""
        return sum(one.people for one in self.attended)

    @property
    def lasts(self) -> timedelta:
        """The length of all its sessions together."""
        return sum((one.lasts for one in self.attended), timedelta())

    @property
    def given(self) -> timedelta:
        """The hours that its people gave in all."""
        return sum((one.given for one in self.attended), timedelta())


def days_of_year(year: str) -> tuple[date, date] | None:
    """The first day of a school year written « 2026-2027 » and that of the next; None when it is none."""
    known = re.fullmatch(r"(20\d{2})-(20\d{2})", year, re.ASCII)
    if known is None or int(known[2]) != int(known[1]) + 1:
        return None
    return first_day_of(int(known[1])), first_day_of(int(known[2]))


def hours_words(lasting: timedelta) -> str:
    """« 3 h 00 », « 126 h 30 »"""
    hours, minutes = divmod(int(lasting.total_seconds()) // 60, 60)
    return f"{hours} h {minutes:02}"


WITH_PUPILS = "EXISTS (SELECT FROM turnouts g WHERE g.slot = s.id AND g.counted > 0)"
"""No pupil, no session: what a company waited for alone is not attested; `s` is the slot."""
ATTENDED = f"""
SELECT s.starts_at, s.ends_at, h.name AS host, h.commune, w.title AS workshop, t.people,
  coalesce((SELECT a.role FROM attendances a JOIN companies c ON c.id = a.company
            WHERE a.slot = s.id AND c.siret = t.siret AND a.state = 'announced'), '') AS role
FROM company_turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done' AND t.people > 0
JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
WHERE t.siret = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND {WITH_PUPILS} ORDER BY s.starts_at, s.id
"""  # noqa: S608 - constants only
STARTS = f"""
SELECT s.starts_at FROM company_turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done'
WHERE t.siret = $1 AND t.people > 0 AND {WITH_PUPILS} ORDER BY s.starts_at DESC
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


async def certificate_pdf(filed: Certificate, *, on: date) -> bytes:
    """The certificate as it is printed, dated `on`."""
    from booking.day.papers.draw_certificate import draw_certificate  # noqa: PLC0415 - reportlab is heavy, and rarely asked for

    return await asyncio.to_thread(draw_certificate, filed, on=on, head=await letterhead())
