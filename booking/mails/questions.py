"""Mails that announce a line of a question to a lycée: that it is there and where it is read, never its words.

The mail to whoever proposed another date from an agenda: the date stays, and is changed on a page of ours.
"""

from __future__ import annotations

from datetime import datetime

from booking.calendar.invites.invite import counter_declined
from booking.calendar.invites.meetings import Meeting, meeting
from booking.calendar.invites.queries import CompanyVisit, GroupVisit, company_visit, visit
from booking.mails.draft import Draft, Lines, guest_of, when_it_was
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.programme.ptech.queries import role_at
from booking.visits.questions.queries import Conversation, conversation
from booking.visits.questions.rules import Side, link_of
from booking.words.wording import moment
from workshops.database import value

ANNOUNCED = {
    "": (Side.LYCEE, "asked"),
    "answered": (Side.TEACHER, "answered"),
    "closed": (Side.TEACHER, "closed"),
}


async def announced(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To one side, while the question is as it tells: whoever has written or closed it since needs no mail."""
    side, state = ANNOUNCED[notice.what]
    found = await conversation(notice.about)
    if found is None or found.state != state:
        return None
    return Draft(
        words={"question": found},
        link=f"{settings.base_url}/questions/{link_of(found.salt, side, settings.secret_key)}",
        lines=_about(found),
    )


def _about(question: Conversation) -> Lines:
    where = f"{question.lycee_name}, {question.lycee_commune}"
    lines = (
        ("Collège", f"{question.college_name}, {question.college_commune}"),
        ("Lycée", where),
        ("Atelier", question.workshop),
        ("Groupe", question.group_name),
        ("Créneau", moment(question.starts_at) if question.starts_at else ""),
    )
    return tuple(line for line in lines if line[1])


RECEIVES = """SELECT EXISTS (SELECT FROM memberships m JOIN accounts a ON a.id = m.account
WHERE a.email = $1 AND m.school = $2 AND m.role = 'host')"""


async def declined(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """Where the date of her visit, coming or action is changed, while it is still to come."""
    read = {"reservation": visit, "attendance": company_visit, "action": meeting}[notice.about_kind]
    told: GroupVisit | CompanyVisit | Meeting | None = await read(notice.about)
    if told is None or told.starts_at <= now:
        return None
    who, page = await _page(told, notice)
    guest = guest_of(notice, settings, page)
    where = "Le lycée fixe la date : demandez-la-lui" if who == "company" else "La date se change"
    entry = counter_declined(told, guest, f"{where} sur cette page : {guest.url}", now=now)
    lines = (
        (("Action", told.subject), ("Cohorte", told.cohort_name)) if isinstance(told, Meeting) else when_it_was(told)
    )
    return Draft(words={"visit": told, "who": who}, link=guest.url, lines=lines, invitation=entry)


async def _page(told: GroupVisit | CompanyVisit | Meeting, notice: Claimed) -> tuple[str, str]:
    """What the reader is to it, and the page on which she acts."""
    if isinstance(told, Meeting):
        role = await role_at(told, notice.to_email)
        return "action", f"/{'entreprise' if role == 'company' else 'lycee/ptech'}/actions/{told.id}"
    if isinstance(told, CompanyVisit):
        return "company", "/entreprise"
    if await value(RECEIVES, notice.to_email, told.host):
        return "host", f"/lycee/creneaux/{told.slot}/modification"
    return "teacher", f"/reservations/{told.id}/autre-date"
