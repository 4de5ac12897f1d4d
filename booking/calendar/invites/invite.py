"""Inviting one person: the entry for their agenda, put into a mail, or downloaded instead of waiting for it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address

from msgspec import Struct
from msgspec.structs import replace

from booking.calendar.invites import queries, rules
from booking.calendar.invites.meetings import Meeting
from booking.calendar.invites.queries import CompanyVisit, GroupVisit
from booking.outbox.notices.envelope import sender_of
from booking.process.settings import Settings
from workshops.refusals import NotFound
from workshops.scope import Scope


class Invitation(Struct, frozen=True):
    """One entry, which is an .ics of its own; served and mailed as `content_type`, under the name `invitation.ics`.

    `about` is the number of what it enters: a visit, a coming, an action.
    """

    event: rules.AgendaEntry
    about: int

    @property
    def method(self) -> rules.Method:
        return self.event.method

    @property
    def sequence(self) -> int:
        return self.event.sequence

    @property
    def body(self) -> bytes:
        from booking.calendar.invites.ical import calendar  # noqa: PLC0415 - icalendar takes 0.1 s to load

        return calendar(self.event)

    @property
    def etag(self) -> str:
        """The same for the same facts, told without writing them: a weak mark (RFC 9110, 8.8.1)."""
        return f'W/"{hashlib.sha256(repr(self.event).encode()).hexdigest()[:32]}"'

    @property
    def content_type(self) -> str:
        # Without a charset: the answer writes the one it is encoded in.
        return f"text/calendar; method={self.method}; component=VEVENT"


class Guest(Struct, frozen=True):
    """One person whose agenda is told, the page that the entry leads to, and the mailbox that tells."""

    email: str
    name: str
    url: str
    organizer: Address


def invitation(visit: GroupVisit | CompanyVisit | Meeting, guest: Guest, *, now: datetime) -> Invitation | None:
    """The visit in the agenda of one person, who is its only attendee; None while it has no place there.

    An ended visit gives the CANCEL that takes the entry away from those who had it.
    """
    told = rules.method_and_status(visit.state, invited=visit.invited)
    return None if told is None else _written(visit, guest, *told, now=now)


def farewell(visit: GroupVisit, guest: Guest, *, now: datetime) -> Invitation:
    """The CANCEL for one person of the lycée that a visit has left, while it goes on elsewhere."""
    return _written(visit, guest, "CANCEL", "CANCELLED", now=now)


def counter_declined(
    visit: GroupVisit | CompanyVisit | Meeting, guest: Guest, comment: str, *, now: datetime
) -> Invitation:
    """The answer to another date that an agenda proposes: the entry stays where it is (RFC 5546, 3.2.8)."""
    written = _written(visit, guest, "DECLINECOUNTER", "CONFIRMED", now=now)
    return replace(written, event=replace(written.event, comment=comment))


async def invitation_for(reservation: int, *, scope: Scope, email: str, name: str, settings: Settings) -> Invitation:
    """The entry of a visit for one person of its collège or its lycée, or who sees all, to download.

    It is dated by the visit's last change, and is the same until the next. Raises NotFound for a visit of others,
    NotInTheCalendar while it has no place in an agenda.
    """
    found = await queries.visit(reservation)
    if found is None or not (scope.reaches(found.college) or scope.reaches(found.host)):
        raise NotFound()
    return _to_download(found, f"/reservations/{reservation}", email=email, name=name, settings=settings)


async def invitation_for_company(
    attendance: int, *, company: int, email: str, name: str, settings: Settings
) -> Invitation:
    """The entry of a company's coming, for one of its people to download. Raises NotFound for another company's."""
    found = await queries.company_visit(attendance)
    if found is None or company != found.company:
        raise NotFound()
    return _to_download(found, "/entreprise", email=email, name=name, settings=settings)


def _to_download(
    visit: GroupVisit | CompanyVisit, path: str, *, email: str, name: str, settings: Settings
) -> Invitation:
    guest = Guest(email, name, f"{settings.base_url}{path}", sender_of(settings.mail_from))
    made = invitation(visit, guest, now=visit.changed_at)
    if made is None:
        raise rules.NotInTheCalendar()
    return made


def _written(
    visit: GroupVisit | CompanyVisit | Meeting,
    guest: Guest,
    method: rules.Method,
    status: rules.Status,
    *,
    now: datetime,
) -> Invitation:
    event = rules.AgendaEntry(
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
        reminded=method == "REQUEST",
    )
    return Invitation(event, visit.id)
