"""Writing a mail: from a kind and a number to a letter in French, from the facts of this very moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from jinja2 import Environment

from booking.messages import accounts, companies, visits
from booking.messages.draft import Draft
from booking.notices.rules import Build, Claimed, Letter
from booking.settings import Settings
from booking.templating import environment

KINDS: dict[str, Callable[[Claimed, Settings, datetime], Awaitable[Draft | None]]] = {
    "sign_in": accounts.sign_in,
    "invited": accounts.invited,
    "reservation_confirmed": visits.confirmed,
    "reservation_received": visits.received,
    "reservation_cancelled": visits.cancelled,
    "reservation_cancelled_host": visits.cancelled_host,
    "attendance_confirmed": companies.confirmed,
    "attendance_received": companies.received,
    "attendance_withdrawn": companies.withdrawn,
    "attendance_withdrawn_host": companies.withdrawn_host,
}


def writer(settings: Settings) -> Build:
    """What writes the mails of one Technilab; a letter is None when its fact is gone or no longer true."""
    templates = environment(settings)

    async def write(notice: Claimed, now: datetime) -> Letter | None:
        draft = await KINDS[notice.kind](notice, settings, now)
        return None if draft is None else _letter(templates, notice, draft)

    return write


def _letter(templates: Environment, notice: Claimed, draft: Draft) -> Letter:
    subject = templates.get_template(f"mail/{notice.kind}/subject.txt").render(draft.words).strip()
    told = {**draft.words, "subject": subject, "to_name": notice.to_name, "lines": draft.lines, "link": draft.link}
    return Letter(
        subject=subject,
        text=templates.get_template(f"mail/{notice.kind}/body.txt").render(told),
        html=templates.get_template(f"mail/{notice.kind}/body.html").render(told),
        calendar=draft.invitation.body if draft.invitation else b"",
        method=draft.invitation.method if draft.invitation else "",
    )
