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

import re
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment
from msgspec import Struct
from msgspec.structs import replace

from booking.mails.draft import Draft, Drafts, begins, group, when
from booking.mails.kinds import WHY_YOU, drafts_of
from booking.outbox.notices.envelope import mailbox_of, sign_of
from booking.outbox.notices.queries import never_left
from booking.outbox.notices.rules import Build, Claimed, Letter
from booking.presentation.templating import environment
from booking.process.settings import Settings
from booking.visits.handovers.queries import left_since
from booking.words.letters import told_by
from workshops.academie.queries import academie
from workshops.database import row, value
from workshops.database.row_types import row_as
from workshops.schools.queries import MAILBOX

_SPACES = re.compile(r"[ \r\n]+")
_SEVERAL_EMPTY_LINES = re.compile(r"\n{3,}")


def writer(settings: Settings) -> Build:
    """What writes the mails of one Technilab; a letter is None when its fact is gone or no longer true."""
    templates = environment(settings)

    async def write(claimed: Claimed, now: datetime) -> Letter | None:
        notice, drafts = _as_today(claimed)
        reader = notice.reader
        handed_over = notice.entry == "REQUEST" and await left_since(notice.id)
        draft = None if handed_over else await drafts(notice, settings, now)
        told = None if draft is None else await _to_who_was_invited(notice, draft)
        if told is None:
            return None
        served = await academie()
        answers = await answers_to(notice, reader, settings, contact=served.contact)
        ends = {"answers": answers.whose, "who_speaks": served.who_speaks}
        letter = letter_of(templates, notice.kind, replace(told, **ends), reader=reader, what=notice.what)
        stands_in = await of_reader(notice, told, settings, role=reader, subject=letter.subject)
        if stands_in is not None:
            letter = letter_of(templates, "instead", replace(stands_in, **ends))
        return replace(letter, reply_to=answers.mailbox, sign=sign_of(notice.id, settings.secret_key))

    return write


def _as_today(notice: Claimed) -> tuple[Claimed, Drafts]:
    """The letter that a notice is of today, whichever version queued it, and who gathers its facts."""
    letter, reader, what = told_by(notice.kind, notice.reader, notice.what, about_kind=notice.about_kind)
    reader, drafts = drafts_of(letter, reader, what)
    return replace(notice, kind=letter, reader=reader, what=what), drafts


async def _to_who_was_invited(notice: Claimed, draft: Draft) -> Draft | None:
    """No CANCEL goes to somebody whose invitation is still in the outbox: it is no longer true, and never leaves."""
    entries = [one for one in (draft.invitation, *draft.beside) if one is not None]
    if not entries or entries[0].method != "CANCEL":
        return draft
    held = [one for one in entries if not await never_left(notice, one.about)]
    if not held and draft.only_if_invited:
        return None
    return replace(draft, invitation=held[0] if held else None, beside=tuple(held[1:]))


def letter_of(templates: Environment, kind: str, draft: Draft, *, reader: str = "", what: str = "") -> Letter:
    """One mail as it leaves, or as it is shown before: its template laid out as a subject, as text, as HTML."""
    method = draft.invitation.method if draft.invitation else ""
    told = {
        "why_you": WHY_YOU.get(reader, ""),
        **draft.words,
        "reader": reader,
        "what": what,
        "method": method,
        "lines": draft.lines,
        "lists": draft.lists,
        "typed": draft.typed,
        "stop": draft.stop,
        "answers": draft.answers,
        "who_speaks": draft.who_speaks,
        "link": draft.link,
    }

    def laid_out(layout: str, by: Environment) -> str:
        return by.get_template(f"mail/{kind}.html").render(told, layout=f"mail/{layout}")

    plain = _of_letters(templates, escaped=False)
    return Letter(
        subject=laid_out("_subject.txt", plain).strip(),
        text=_SEVERAL_EMPTY_LINES.sub("\n\n", laid_out("_letter.txt", plain)),
        html=laid_out("_letter.html", _of_letters(templates, escaped=True)),
        calendar=draft.invitation.body if draft.invitation else b"",
        method=method,
        beside=tuple(one.body for one in draft.beside),
        papers=draft.papers,
    )


def _one_line(sentence: str) -> str:
    """A sentence as it is read, which its template writes on several lines."""
    return type(sentence)(_SPACES.sub(" ", sentence).strip())


@lru_cache(maxsize=4)
def _of_letters(templates: Environment, *, escaped: bool) -> Environment:
    """The templates as letters need them: with words of their own, and in plain text a typed < is a <."""
    made = templates.overlay(autoescape=escaped)
    made.filters = {**templates.filters, "when": when, "begins": begins, "group": group, "one_line": _one_line}
    return made


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
    """« Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00 »; empty for what is no longer true, or carried a
    secret that is gone."""
    found = await row_as(Claimed, NOTICE, notice)
    if found is None:
        return ""
    today, drafts = _as_today(found)
    draft = await drafts(today, settings, now)
    if draft is None:
        return ""
    return letter_of(environment(settings), today.kind, draft, reader=today.reader, what=today.what).subject
