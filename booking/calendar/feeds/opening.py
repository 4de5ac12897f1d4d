"""The opening of a period, as an entry of an agenda."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.calendar.feeds.rules import HOURLY
from booking.calendar.invites.rules import AgendaEntry
from booking.outbox.notices.envelope import sender_of
from booking.process.settings import Settings
from booking.words.wording import dates_words
from workshops.openings.queries import OpeningSeen

LASTS = timedelta(minutes=30)


def opening_entry(opening: OpeningSeen, settings: Settings, *, now: datetime) -> bytes:
    """What a teacher takes into her agenda: the hour from which the slots of a period may be reserved."""
    from booking.calendar.invites.ical import published  # noqa: PLC0415 - icalendar takes 0.1 s to load

    organizer = sender_of(settings.mail_from)
    title = f"TECHNILAB : ouverture des créneaux {dates_words(opening.first_on, opening.last_on)}"
    url = f"{settings.base_url}/creneaux?du={opening.first_on}&au={opening.last_on}"
    event = AgendaEntry(
        uid=f"ouverture-{opening.id}@{settings.host}",
        sequence=0,
        summary=title,
        description=f"Ces créneaux se réservent à partir de cette heure-là.\n{url}",
        location="",
        url=url,
        starts_at=opening.opens_at,
        ends_at=opening.opens_at + LASTS,
        organizer_mail=organizer.addr_spec,
        organizer_name=organizer.display_name,
        stamp=now,
        reminded=True,
    )
    return published([event], name=title, refresh=HOURLY)
