"""Writing a mail: from a kind and a number to a letter in French, from the facts of this very moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jinja2 import Environment

from booking.mails import (
    accounts,
    companies,
    digests,
    hosts,
    instead,
    mentoring,
    outreach,
    reminders,
    requests,
    slot_changes,
    visas,
    visits,
)
from booking.mails.draft import Draft, Drafts
from booking.outbox.notices.queries import never_left
from booking.outbox.notices.rules import Build, Claimed, Letter
from booking.settings import Settings
from booking.templating import environment

# Each module names the kinds that it writes.
FAMILIES = (
    *(accounts, companies, digests, hosts, mentoring, outreach, reminders),
    *(requests, slot_changes, visas, visits),
)
KINDS: dict[str, Drafts] = {kind: drafts for family in FAMILIES for kind, drafts in family.KINDS.items()}

# Each brings the entry of a group's visit.
INVITING = (
    *("reservation_confirmed", "reservation_moved", "headcount_changed", "slot_moved"),
    *("reservation_received", "reservation_moved_host", "headcount_changed_host", "slot_moved_host"),
)
# Each brings the entry of a company's coming; its numbers are not those of visits.
COMING = ("attendance_confirmed", "attendance_changed", "slot_moved_company")
# Each brings the entry of a mentoring action, whose numbers are others again.
MEETING = ("mentoring_planned", "mentoring_changed")


def writer(settings: Settings) -> Build:
    """What writes the mails of one Technilab; a letter is None when its fact is gone or no longer true."""
    templates = environment(settings)

    async def write(notice: Claimed, now: datetime) -> Letter | None:
        draft = await KINDS[notice.kind](notice, settings, now)
        told = None if draft is None else await _to_who_was_invited(notice, draft)
        if told is None:
            return None
        letter = letter_of(templates, notice.kind, told, to_name=notice.to_name)
        stands_in = await instead.of_reader(notice, told, settings, subject=letter.subject)
        return letter if stands_in is None else letter_of(templates, "instead", stands_in, to_name=notice.to_name)

    return write


async def _to_who_was_invited(notice: Claimed, draft: Draft) -> Draft | None:
    """No CANCEL goes to somebody whose invitation is still in the outbox: it is no longer true, and never leaves."""
    if draft.invitation is None or draft.invitation.method != "CANCEL":
        return draft
    upto = draft.invitation.sequence
    if not await never_left(_inviting(notice.kind), about=notice.about, to_email=notice.to_email, upto=upto):
        return draft
    return None if draft.only_if_invited else replace(draft, invitation=None)


def _inviting(kind: str) -> tuple[str, ...]:
    """The kinds that bring the entry which a mail of this kind takes away."""
    if kind in mentoring.KINDS:
        return MEETING
    return COMING if kind in companies.KINDS or kind == "slot_called_off_company" else INVITING


def letter_of(templates: Environment, kind: str, draft: Draft, *, to_name: str) -> Letter:
    """The words of one mail, as they leave or as they are shown before."""
    method = draft.invitation.method if draft.invitation else ""
    words = {**draft.words, "method": method}
    subject = templates.get_template(f"mail/{kind}/subject.txt").render(words).strip()
    told = {
        **words,
        "subject": subject,
        "to_name": to_name,
        "lines": draft.lines,
        "link": draft.link,
    }
    return Letter(
        subject=subject,
        text=templates.get_template(f"mail/{kind}/body.txt").render(told),
        html=templates.get_template(f"mail/{kind}/body.html").render(told),
        calendar=draft.invitation.body if draft.invitation else b"",
        method=method,
    )
