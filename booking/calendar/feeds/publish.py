"""Publishing an agenda to subscribe to: the same entries as the invitations, without anyone invited."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct

from booking.calendar.feeds.queries import AgendaLine, FollowedAgenda
from booking.calendar.feeds.rules import HOURLY, modified_at
from booking.calendar.invites.rules import ENDED, AgendaEntry, notes, status_of
from booking.outbox.notices.envelope import sender_of
from booking.process.settings import Settings
from booking.words.wording import dates_words
from workshops.openings.queries import OpeningSeen


class PublishedFeed(Struct, frozen=True):
    """A feed's bytes; `etag` changes with each of them and with nothing else."""

    body: bytes
    etag: str
    modified_at: datetime


def publish(feed: FollowedAgenda, settings: Settings, *, now: datetime) -> PublishedFeed:
    """A feed as agenda programs read it; the same facts give the same bytes, whenever they are asked for."""
    from booking.calendar.invites.ical import published  # noqa: PLC0415 - icalendar takes 0.1 s to load

    body = published([_event(line, settings) for line in feed.lines], name=feed.name, refresh=HOURLY)
    latest = max((line.changed_at for line in feed.lines), default=None)
    return PublishedFeed(
        body=body,
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        modified_at=modified_at(latest, now=now),
    )


def _event(line: AgendaLine, settings: Settings) -> AgendaEntry:
    place, organizer = line.place, sender_of(settings.mail_from)
    url = f"{settings.base_url}{line.path}"
    return AgendaEntry(
        uid=line.uid,
        sequence=line.sequence,
        summary=line.title,
        description=notes(what=place.workshop, who=line.who, access=place.access, url=url),
        location=place.address_line,
        url=url,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        organizer_mail=organizer.addr_spec,
        organizer_name=organizer.display_name,
        # When the entry was last changed, not when it is read: otherwise no two readings would be alike.
        stamp=line.changed_at,
        status=status_of(line.state),
        geo=place.geo,
        reminded=line.state not in ENDED,
        busy=line.attended and line.state not in ENDED,
    )


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
