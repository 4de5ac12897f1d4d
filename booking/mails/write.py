"""Writing a mail: from a kind and a number to a letter in French, from the facts of this very moment."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment
from msgspec.structs import replace

from booking.mails import instead, places
from booking.mails.answers import answers_to
from booking.mails.draft import Draft
from booking.mails.kinds import KINDS, WHY_YOU
from booking.outbox.notices.envelope import sign_of
from booking.outbox.notices.queries import never_left
from booking.outbox.notices.rules import Build, Claimed, Letter
from booking.presentation.templating import environment
from booking.process.settings import Settings
from booking.visits.handovers.queries import left_since

_SEVERAL_EMPTY_LINES = re.compile(r"\n{3,}")


def writer(settings: Settings) -> Build:
    """What writes the mails of one Technilab; a letter is None when its fact is gone or no longer true."""
    templates = environment(settings)

    async def write(notice: Claimed, now: datetime) -> Letter | None:
        kind = KINDS[notice.kind]
        handed_over = notice.entry == "REQUEST" and await left_since(notice.id)
        draft = None if handed_over else await kind.drafts(notice, settings, now)
        told = None if draft is None else await _to_who_was_invited(notice, draft)
        if told is None:
            return None
        answers = await answers_to(notice, kind.reader, settings)
        letter = letter_of(templates, notice.kind, replace(told, answers=answers.whose))
        stands_in = await instead.of_reader(notice, told, settings, role=kind.reader, subject=letter.subject)
        if stands_in is not None:
            letter = letter_of(templates, "instead", replace(stands_in, answers=answers.whose))
        return replace(letter, reply_to=answers.mailbox, sign=sign_of(notice.id, settings.secret_key))

    return write


async def _to_who_was_invited(notice: Claimed, draft: Draft) -> Draft | None:
    """No CANCEL goes to somebody whose invitation is still in the outbox: it is no longer true, and never leaves."""
    entries = [one for one in (draft.invitation, *draft.beside) if one is not None]
    if not entries or entries[0].method != "CANCEL":
        return draft
    held = [one for one in entries if not await never_left(notice, one.about)]
    if not held and draft.only_if_invited:
        return None
    return replace(draft, invitation=held[0] if held else None, beside=tuple(held[1:]))


def letter_of(templates: Environment, kind: str, draft: Draft) -> Letter:
    """One mail as it leaves, or as it is shown before: its template laid out as a subject, as text, as HTML."""
    known = KINDS.get(kind)
    method = draft.invitation.method if draft.invitation else ""
    told = {
        "why_you": WHY_YOU[known.reader if known else None],
        **draft.words,
        "method": method,
        "lines": draft.lines,
        "lists": draft.lists,
        "typed": draft.typed,
        "stop": draft.stop,
        "answers": draft.answers,
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


@lru_cache(maxsize=4)
def _of_letters(templates: Environment, *, escaped: bool) -> Environment:
    """The templates as letters need them: with words of their own, and in plain text a typed < is a <."""
    made = templates.overlay(autoescape=escaped)
    made.filters = {**templates.filters, "when": places.when, "begins": places.begins, "group": places.group}
    return made
