"""Handing the invitation to one of the visit's people, who downloads it instead of waiting for the mail."""

from __future__ import annotations

from datetime import datetime

from booking.calendar.invites.invite import Guest, Invitation, invitation
from booking.calendar.invites.queries import company_visit, visit
from booking.calendar.invites.rules import NotInTheCalendar
from booking.outbox.notices.envelope import sender_of
from booking.settings import Settings
from workshops.refusals import NotFound


async def invitation_for(
    reservation: int, *, school: int | None, email: str, name: str, settings: Settings, now: datetime
) -> Invitation:
    """The calendar entry of a visit for one person of its collège or its lycée (`school`; None: the coordinator).

    Raises NotFound for a visit of others, NotInTheCalendar while it has no place in an agenda.
    """
    found = await visit(reservation)
    if found is None or school not in {None, found.college, found.host}:
        raise NotFound()
    guest = Guest(email, name, f"{settings.base_url}/reservations/{reservation}", sender_of(settings.mail_from))
    made = invitation(found, guest, now=now)
    if made is None:
        raise NotInTheCalendar()
    return made


async def invitation_for_company(
    attendance: int, *, company: int, email: str, name: str, settings: Settings, now: datetime
) -> Invitation:
    """The calendar entry of a company's coming, for one of its people. Raises NotFound for another company's."""
    found = await company_visit(attendance)
    if found is None or company != found.company:
        raise NotFound()
    guest = Guest(email, name, f"{settings.base_url}/entreprise", sender_of(settings.mail_from))
    made = invitation(found, guest, now=now)
    if made is None:
        raise NotInTheCalendar()
    return made
