"""The mail that brings a lycée's school year to its direction."""

from __future__ import annotations

from datetime import datetime

from booking.mails.draft import Draft
from booking.outbox.notices.rules import Claimed, Enclosed
from booking.process.settings import Settings
from booking.programme.lycee_year.print_year import year_pdf
from booking.programme.lycee_year.queries import year_to_send
from workshops.school_calendar.rules import year_words
from workshops.schools.queries import school


async def sent(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the direction of a lycée: its year on one page, with the figures of the moment at which it leaves."""
    sending = await year_to_send(notice.about)
    lycee = None if sending is None else await school(sending.school)
    if sending is None or lycee is None:
        return None
    pdf = await year_pdf(sending.school, sending.year, data_dir=settings.data_dir, now=now)
    year = year_words(sending.year)
    return Draft(
        words={"lycee": lycee, "year": year, "by": sending.by_name or "Un collègue"},
        link=f"{settings.base_url}/lycees/{lycee.uai}",
        papers=(Enclosed(f"annee-{year}.pdf", pdf),),
    )
