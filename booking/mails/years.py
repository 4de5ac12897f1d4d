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
    asked = await year_to_send(notice.about)
    lycee = None if asked is None else await school(asked.school)
    if asked is None or lycee is None:
        return None
    pdf = await year_pdf(asked.school, asked.year, data_dir=settings.data_dir, now=now)
    year = year_words(asked.year)
    return Draft(
        words={"lycee": lycee, "year": year, "by": asked.by_name or "Un collègue"},
        link=f"{settings.base_url}/lycees/{lycee.uai}",
        papers=(Enclosed(f"annee-{year}.pdf", pdf),),
    )
