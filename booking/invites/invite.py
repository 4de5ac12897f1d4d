"""Inviting one person: the entry for their agenda, to put into a mail or to download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address

from booking.invites import ical, rules
from booking.invites.queries import CompanyVisit, Visit
from booking.wording import COMPANY_ROLES, counted


@dataclass(frozen=True)
class Invitation:
    """`body` is an .ics of one entry; it is served and mailed as `content_type`, under the name `invitation.ics`."""

    method: ical.Method
    body: bytes

    @property
    def content_type(self) -> str:
        # Without a charset: the answer writes the one it is encoded in.
        return f"text/calendar; method={self.method}; component=VEVENT"


def invitation(
    visit: Visit | CompanyVisit, *, to_email: str, to_name: str, url: str, organizer: Address, now: datetime
) -> Invitation | None:
    """The visit in the agenda of one person, who is its only attendee; None while it has no place there.

    An ended visit gives the CANCEL that takes the entry away.
    """
    told = rules.method_and_status(visit.state)
    if told is None:
        return None
    method, status = told
    title, who = _words(visit)
    event = ical.Event(
        uid=visit.uid,
        sequence=visit.sequence,
        summary=title,
        description=rules.notes(what=visit.workshop, who=who, access=visit.access, url=url),
        location=visit.address_line,
        geo=visit.geo,
        url=url,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        organizer_mail=organizer.addr_spec,
        organizer_name=organizer.display_name,
        attendee_mail=to_email,
        attendee_name=to_name or to_email,
        stamp=now,
        method=method,
        status=status,
    )
    return Invitation(method=method, body=ical.calendar(event))


def _words(visit: Visit | CompanyVisit) -> tuple[str, str]:
    if isinstance(visit, Visit):
        title = rules.group_title(
            workshop=visit.workshop, group=visit.group_name, college=visit.college_name, pupils=visit.pupils
        )
        people = f"{counted(visit.pupils, 'élève')}, {counted(visit.adults, 'accompagnateur')}"
        return title, f"{visit.group_name}, {visit.college_name} : {people}"
    title = rules.company_title(workshop=visit.workshop, company=visit.company_name, people=visit.people)
    return title, f"{visit.company_name} : {counted(visit.people, 'personne')}, {COMPANY_ROLES[visit.role].lower()}"
