"""July's mail to each company that came in the school year: its certificate, as a PDF."""

from __future__ import annotations

from datetime import datetime, time

from booking.mails.draft import Draft
from booking.outbox.notices.rules import Claimed, Enclosed
from booking.process.settings import Settings
from booking.programme.company_years.print_certificate import certificate_pdf
from booking.programme.company_years.queries import WITH_PUPILS, company_year
from booking.programme.company_years.rules import hours_words
from booking.words.wording import counted
from workshops.database import rows
from workshops.events.record import REMINDED
from workshops.school_calendar.rules import (
    OFFICE_OPENS,
    first_day_of,
    paris_day,
    paris_instant,
    school_year_of,
    year_words,
)
from workshops.slots.rules import TO_COME_SQL

JULY = 7
# Until then a company that has a session left, or one that its lycée has not closed, is waited for.
WAITED_UNTIL = 15
# $1 now, $2 the school year, $3 and $4 its two ends, $5 whether nobody is waited for any more.
ASK = f"""
WITH year AS MATERIALIZED (
  SELECT s.id, s.state FROM slots s WHERE s.starts_at >= $3 AND s.starts_at < $4
), due AS (
  SELECT 'company_attested' AS act, 'company' AS about_kind, c.id AS about, $2::int AS day FROM companies c
  WHERE EXISTS (SELECT FROM company_turnouts t JOIN year s ON s.id = t.slot AND s.state = 'done'
      WHERE t.siret = c.siret AND t.people > 0 AND {WITH_PUPILS})
    AND ($5 OR NOT EXISTS (SELECT FROM attendances a JOIN year s ON s.id = a.slot AND s.state IN {TO_COME_SQL}
      WHERE a.company = c.id AND a.state = 'announced'))
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def ask_for_certificates(*, now: datetime) -> int:
    """In July from 8 h 00, say that the year of each company that gave hours is attested: once a year, however many
    workers ask; returns of how many."""
    on = paris_day(now)
    if on.month != JULY or now < paris_instant(on, OFFICE_OPENS):
        return 0
    year = school_year_of(on)
    since, until = (paris_instant(first_day_of(first), time()) for first in (year, year + 1))
    return len(await rows(ASK, now, year, since, until, on.day >= WAITED_UNTIL))


async def attested(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a company: its sessions and hours of the year that ends, and the certificate; none without hours."""
    year = year_words(notice.also or 0)
    filed = await company_year(notice.about, year=year)
    if not filed.attended:
        return None
    pdf = await certificate_pdf(filed, on=paris_day(now))
    sessions, given = len(filed.attended), hours_words(filed.given)
    return Draft(
        words={"company": filed.company, "year": year, "sessions": sessions, "given": given},
        link=f"{settings.base_url}/entreprises/{filed.number}/attestations/{year}",
        lines=(("Séances", counted(sessions, "séance")), ("Heures données", given)),
        papers=(Enclosed(f"attestation-{year}.pdf", pdf),),
    )
