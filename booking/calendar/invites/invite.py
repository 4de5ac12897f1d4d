"""Inviting one person: the entry for their agenda, to put into a mail or to download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address

from booking.calendar.invites import ical, rules
from booking.calendar.invites.meetings import Meeting
from booking.calendar.invites.queries import CompanyVisit, Visit


@dataclass(frozen=True)
class Invitation:
    """`body` is an .ics of one entry; it is served and mailed as `content_type`, under the name `invitation.ics`."""

    method: ical.Method
    sequence: int
    body: bytes

    @property
    def content_type(self) -> str:
        # Without a charset: the answer writes the one it is encoded in.
        return f"text/calendar; method={self.method}; component=VEVENT"


@dataclass(frozen=True)
class Guest:
    """One person whose agenda is told, the page that the entry leads to, and the mailbox that tells."""

    email: str
    name: str
    url: str
    organizer: Address


def invitation(visit: Visit | CompanyVisit | Meeting, guest: Guest, *, now: datetime) -> Invitation | None:
    """The visit in the agenda of one person, who is its only attendee; None while it has no place there.

    An ended visit gives the CANCEL that takes the entry away from those who had it.
    """
    told = rules.method_and_status(visit.state, invited=visit.invited)
    return None if told is None else _written(visit, guest, *told, now=now)


def farewell(visit: Visit, guest: Guest, *, now: datetime) -> Invitation:
    """The CANCEL for one person of the lycée that a visit has left, while it goes on elsewhere."""
    return _written(visit, guest, "CANCEL", "CANCELLED", now=now)


def _written(
    visit: Visit | CompanyVisit | Meeting, guest: Guest, method: ical.Method, status: ical.Status, *, now: datetime
) -> Invitation:
    event = ical.Event(
        uid=visit.uid,
        sequence=visit.sequence,
        summary=visit.title,
        description=rules.notes(what=visit.workshop, who=visit.who, access=visit.access, url=guest.url),
        location=visit.address_line,
        geo=visit.geo,
        url=guest.url,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        organizer_mail=guest.organizer.addr_spec,
        organizer_name=guest.organizer.display_name,
        attendee_mail=guest.email,
        attendee_name=guest.name or guest.email,
        stamp=now,
        method=method,
        status=status,
    )
    return Invitation(method=method, sequence=visit.sequence, body=ical.calendar(event))
