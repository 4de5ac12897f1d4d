"""Writing a mail: from a kind and a number to a letter in French, from the facts of this very moment.

Where an answer typed to a mail arrives: an official mailbox, never a teacher's, a host's or a company's own.

About a visit it is the other side's, as the annuaire gives it: a teacher and a company answer the lycée, a lycée
answers the collège. All else, a school without a mailbox, and a trial, whose schools are real: the coordination.

The letter to whoever stands in for a reader who is gone: a collège's official mailbox, or the coordination.

It says what the reader would have heard, with the same facts, whom to call, and nothing more: no link that acts, no
person's name, no calendar entry. The papers are the collège's. A coordinator is led to the slot.

What a mail that came back said, for whoever says it on the telephone: its subject, from the facts of now.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from booking.mails.compose import Part, compose, subject_of_part, visit_named
from booking.mails.draft import Draft, Drafts
from booking.mails.kinds import LetterToCome, drafts_of
from booking.mails.programs import with_program
from booking.mails.queries import reader_gone
from booking.outbox.notices.envelope import mailbox_of, sign_of
from booking.outbox.notices.queries import never_left
from booking.outbox.notices.rules import Build, Claimed, Letter
from booking.people.accounts.daily_mail import DAILY
from booking.people.accounts.stop_links import stop_token
from booking.presentation.templating import environment
from booking.process.settings import Settings
from booking.visits.handovers.queries import left_since
from booking.words.letters import told_by
from workshops.academie.queries import academie
from workshops.database import row, value
from workshops.database.row_types import row_as
from workshops.events.record import tell_again
from workshops.school_calendar.rules import paris_day
from workshops.schools.queries import MAILBOX


def writer(settings: Settings) -> Build:
    """What writes the mails of one Technilab; a letter is None when its fact is gone or no longer true."""
    templates = environment(settings)

    async def write(claimed: Claimed, now: datetime) -> Letter | None:
        found = [(one, await _part_of(one, settings, now)) for one in claimed.told]
        served = await academie()
        parts, mailboxes = [], set()
        for notice, part in found:
            if part is None:
                continue
            mailboxes.add(await answers_to(notice, part.reader, settings, contact=served.contact))
            subject = subject_of_part(templates, part)
            stands_in = await of_reader(notice, part.draft, settings, role=part.reader, subject=subject)
            parts.append(
                part if stands_in is None else replace(part, kind="instead", reader="", what="", draft=stands_in)
            )
        if not parts:
            return None
        answers = mailboxes.pop() if len(mailboxes) == 1 else _coordination(settings, contact=served.contact)
        letter = compose(
            templates,
            parts,
            answers=answers.whose,
            who_speaks=served.who_speaks,
            evening=paris_day(now) if claimed.daily else None,
            stop=_one_an_act(claimed.account, settings) if claimed.daily and claimed.account else "",
        )
        untold = tuple(notice.id for notice, part in found if part is None)
        return replace(letter, reply_to=answers.mailbox, sign=sign_of(claimed.id, settings.secret_key), untold=untold)

    return write


def _as_today(notice: Claimed) -> tuple[Claimed, Drafts]:
    """The letter that a notice is of today, whichever version queued it, and who gathers its facts."""
    letter, reader, what = told_by(notice.kind, notice.reader, notice.what, about_kind=notice.about_kind)
    reader, drafts = drafts_of(letter, reader, what)
    return replace(notice, kind=letter, reader=reader, what=what), drafts


async def _part_of(claimed: Claimed, settings: Settings, now: datetime) -> Part | None:
    """What the mail says of this act; None when it is no longer true, or told to whoever stands in for its reader."""
    notice, drafts = _as_today(claimed)
    if await reader_gone(notice):
        await tell_again([notice.event])
        return None
    handed_over = notice.entry == "REQUEST" and await left_since(notice.id)
    draft = None if handed_over else await drafts(notice, settings, now)
    told = None if draft is None else await _to_who_was_invited(notice, draft)
    if told is None:
        return None
    told = await with_program(notice, told, settings)
    about = (notice.about_kind, notice.about)
    return Part(notice.kind, told, about, visit_named(told), reader=notice.reader, what=notice.what)


def _one_an_act(account: int, settings: Settings) -> str:
    return f"{settings.base_url}/lettres/une-par-acte/{stop_token(DAILY, account, settings.secret_key)}"


async def _to_who_was_invited(notice: Claimed, draft: Draft) -> Draft | None:
    """No CANCEL goes to somebody whose invitation is still in the outbox: it is no longer true, and never leaves."""
    entries = [one for one in (draft.invitation, *draft.beside) if one is not None]
    if not entries or entries[0].method != "CANCEL":
        return draft
    held = [one for one in entries if not await never_left(notice, one.about)]
    if not held and draft.only_if_invited:
        return None
    return replace(draft, invitation=held[0] if held else None, beside=tuple(held[1:]))


OTHER_SIDE = {
    ("teacher", "reservation"): """SELECT h.name, h.mail FROM reservations r JOIN slots s ON s.id = r.slot
JOIN schools h ON h.id = s.school WHERE r.id = $1""",
    ("host", "reservation"): f"""SELECT c.name, {MAILBOX.format(school="c")} AS mail
FROM reservations r JOIN schools c ON c.id = r.school WHERE r.id = $1""",  # noqa: S608 - constants only
    ("company", "attendance"): """SELECT h.name, h.mail FROM attendances t JOIN slots s ON s.id = t.slot
JOIN schools h ON h.id = s.school WHERE t.id = $1""",
}
COORDINATION = "la coordination"


class AnswerMailbox(Struct, frozen=True):
    """The mailbox that an answer reaches, empty for the one that sends; whose it is, empty where nobody reads it."""

    mailbox: str
    whose: str


async def answers_to(notice: Claimed, reader: str, settings: Settings, *, contact: str) -> AnswerMailbox:
    """Where what is typed in answer to this mail arrives; `contact` is the académie's own mailbox."""
    asked = None if settings.demo else OTHER_SIDE.get((reader, notice.about_kind))
    school = None if asked is None else await row(asked, notice.about)
    if school is not None and _is_mailbox(school["mail"]):
        return AnswerMailbox(school["mail"].strip(), school["name"])
    return _coordination(settings, contact=contact)


def _coordination(settings: Settings, *, contact: str) -> AnswerMailbox:
    mailbox = settings.reply_to or contact
    return AnswerMailbox(mailbox, COORDINATION if mailbox else "")


def _is_mailbox(written: str) -> bool:
    try:
        mailbox_of(written)
    except ValueError:
        return False
    return written.isascii()


# Whether this reader is of a school or a company; null for an address without an account.
READER = """SELECT (SELECT EXISTS (SELECT FROM memberships m WHERE m.account = a.id AND m.role <> 'coordinator')
  FROM accounts a WHERE a.email = $1) AS hers"""
OF_COLLEGE = """SELECT c.name || ', ' || c.commune AS absent, c.phone, r.slot, h.phone AS lycee_phone
FROM reservations r JOIN schools c ON c.id = r.school JOIN slots s ON s.id = r.slot JOIN schools h ON h.id = s.school
WHERE r.id = $1"""
OF_DEMAND = """SELECT c.name || ', ' || c.commune AS absent, c.phone, NULL::int AS slot, '' AS lycee_phone
FROM demands d JOIN schools c ON c.id = d.school WHERE d.id = $1"""
OF_COMPANY = """SELECT c.name || ', ' || c.commune AS absent, '' AS phone, t.slot
FROM attendances t JOIN companies c ON c.id = t.company WHERE t.id = $1"""
THE_COMPANY = """SELECT c.name || ', ' || c.commune AS absent, '' AS phone, NULL::int AS slot
FROM companies c WHERE c.id = $1"""
OF_LYCEE = """SELECT h.name || ', ' || h.commune AS absent, h.phone, $2::int AS slot FROM schools h WHERE h.id = $1"""


async def of_reader(notice: Claimed, draft: Draft, settings: Settings, *, role: str, subject: str) -> Draft | None:
    """The letter to the stand-in; None when the mail, written to somebody of this role, has its own reader.

    `subject` is that of the mail.
    """
    if role not in {"teacher", "company", "host"}:
        return None
    hers = await value(READER, notice.to_email)
    official = hers is None and role == "teacher"
    if hers is not False and not official:
        return None
    visit = draft.words.get("visit")
    if role == "host":
        # The mail of the day before is about the lycée itself, that of a visit reopened about its slot.
        held = draft.words.get("slot") if notice.about_kind == "slot" else None
        school = getattr(visit, "host", getattr(held, "school", notice.about))
        facts = await row(OF_LYCEE, school, getattr(visit, "slot", getattr(held, "id", None)))
    elif notice.about_kind in {"alert", "demand"}:
        facts = await row(OF_DEMAND, notice.about)
    elif notice.about_kind == "cohort":
        facts = await row(THE_COMPANY, notice.also)
    elif notice.about_kind == "company":
        facts = await row(THE_COMPANY, notice.about)
    else:
        facts = await row(OF_COLLEGE if role == "teacher" else OF_COMPANY, notice.about)
    assert facts is not None  # noqa: S101 - the draft was written from the same rows
    page = "/gestion/comptes" if facts["slot"] is None else f"/gestion/creneaux/{facts['slot']}"
    return Draft(
        words={
            "told": subject,
            "official": official,
            "slot": facts["slot"],
            "absent": facts["absent"],
            "phone": facts["lycee_phone"] if official else facts["phone"],
        },
        link="" if official else f"{settings.base_url}{page}",
        lines=draft.lines,
        papers=draft.papers if official else (),
    )


NOTICE = """SELECT id, kind, to_email, to_name, about, once, secret, attempts::int, also, about_kind, account, entry,
  reader, what FROM notices WHERE id = $1"""


async def subject_of(notice: int, settings: Settings, *, now: datetime) -> str:
    """« Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00 »; empty for what is no longer true, carried a
    secret that is gone, or is of a version to come."""
    found = await row_as(Claimed, NOTICE, notice)
    if found is None:
        return ""
    try:
        today, drafts = _as_today(found)
    except LetterToCome:
        return ""
    draft = await drafts(today, settings, now)
    if draft is None:
        return ""
    return subject_of_part(environment(settings), Part(today.kind, draft, reader=today.reader, what=today.what))
