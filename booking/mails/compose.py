"""Laying out a mail: its subject, the same words as text and as HTML, and what it brings to agendas.

One mail may tell of several acts: each has its section, what stands in one is not repeated in the next, and a visit has
one entry, the latest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from booking.calendar.invites.invite import Invitation
from booking.mails.draft import Draft, begins, group, when
from booking.mails.kinds import WHY_YOU
from booking.outbox.notices.rules import Enclosed, Letter
from booking.words.wording import counted, plain_day

_SPACES = re.compile(r"[ \r\n]+")
_SEVERAL_EMPTY_LINES = re.compile(r"\n{3,}")
_HEAD = " : "
_SENTENCES = re.compile(r"(?<=\.) ")
# However many acts a visit's entry tells, what it does to an agenda is said once.
_ENTRY = ("L'invitation jointe", "La pièce jointe", "Les pièces jointes", "Deux invitations sont jointes")


class Part(Struct, frozen=True):
    """One act as its letter, of that `kind`, tells it; `about` is its visit's kind and number, `visit` its name, said
    where a mail tells of several; `reader` and `what` as `words/letters.py` has them."""

    kind: str
    draft: Draft
    about: tuple[str, int] = ("", 0)
    visit: str = ""
    reader: str = ""
    what: str = ""


class Section(Struct, frozen=True):
    """What is said of one visit, its `title` empty where the mail speaks of no other."""

    title: str
    words: tuple[str, ...]


def letter_of(templates: Environment, kind: str, draft: Draft, *, reader: str = "", what: str = "") -> Letter:
    """One act's mail as it leaves, or as it is shown before."""
    return compose(templates, (Part(kind, draft, reader=reader, what=what),))


def compose(
    templates: Environment,
    parts: Sequence[Part],
    *,
    answers: str = "",
    who_speaks: str = "",
    evening: date | None = None,
    stop: str = "",
) -> Letter:
    """One mail of all these acts, those of one visit side by side; `answers`: whose mailbox an answer reaches,
    `who_speaks`: in whose name Technilab writes; `evening`: the mail of that day, which its reader ends on the page
    `stop`."""
    plain, marked = _of_letters(templates, escaped=False), _of_letters(templates, escaped=True)
    visits = [_said_once(plain, [part for part in parts if part.about == about]) for about in _abouts(parts)]
    subjects = [[_laid_out(plain, part, "_subject.txt").strip() for part in visit] for visit in visits]
    kept = [part for visit in visits for part in visit]
    entry, beside = _entries(kept, several=len(visits) > 1)
    frame = {
        "subject": _subject(subjects, evening),
        "evening": evening is not None,
        "entries": len(visits) > 1 and bool(beside),
        "why": " ".join(dict.fromkeys(_laid_out(plain, part, "_why.txt").strip() for part in kept)),
        "stop": stop or kept[-1].draft.stop,
        "answers": answers,
        "who_speaks": who_speaks,
    }

    def framed(by: Environment, ending: str) -> str:
        sections = [
            Section(
                visit[-1].visit if len(visits) > 1 else "",
                tuple(_sections(by, visit, ending)),
            )
            for visit in visits
        ]
        return by.get_template(f"mail/_letter.{ending}").render(frame, sections=sections)

    return Letter(
        subject=str(frame["subject"]),
        text=_SEVERAL_EMPTY_LINES.sub("\n\n", framed(plain, "txt")),
        html=framed(marked, "html"),
        calendar=entry.body if entry else b"",
        method=entry.method if entry else "",
        beside=tuple(one.body for one in beside),
        papers=_papers(kept),
    )


def visit_named(draft: Draft) -> str:
    """« 4e B, Découpe laser, jeudi 25 mars 2027 à 9 h 00 »; empty for what is no visit."""
    visit: Any = draft.words.get("visit")
    who = getattr(visit, "group_name", getattr(visit, "company_name", ""))
    return f"{who}, {visit.workshop}, {begins(visit)}" if who else ""


def subject_of_part(templates: Environment, part: Part) -> str:
    """« Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00 »"""
    return _laid_out(_of_letters(templates, escaped=False), part, "_subject.txt").strip()


def _sections(by: Environment, visit: Sequence[Part], ending: str) -> Iterable[Markup]:
    said: set[str] = set()
    for part in _not_repeated(visit):
        steps = []
        for sentence in _SENTENCES.split(_laid_out(by, part, "_next.txt").strip()):
            meant = _ENTRY[0] if sentence.startswith(_ENTRY) else sentence
            if meant not in said:
                said.add(meant)
                steps.append(sentence)
        # Of HTML the templates have escaped each word that they were given; plain text has none to escape.
        following = Markup(" ".join(steps))  # noqa: S704
        yield Markup(_laid_out(by, part, f"_section.{ending}", next=following))  # noqa: S704


def _laid_out(by: Environment, part: Part, layout: str, **more: object) -> str:
    draft = part.draft
    told = {
        "why_you": WHY_YOU.get(part.reader, ""),
        **draft.words,
        "reader": part.reader,
        "what": part.what,
        "method": draft.invitation.method if draft.invitation else "",
        "lines": draft.lines,
        "lists": draft.lists,
        "typed": draft.typed,
        "link": draft.link,
    }
    return by.get_template(f"mail/{part.kind}.html").render(told, **more, layout=f"mail/{layout}")


def _abouts(parts: Iterable[Part]) -> list[tuple[str, int]]:
    """In the order in which something was done about them."""
    return list(dict.fromkeys(part.about for part in parts))


def _said_once(by: Environment, visit: Sequence[Part]) -> list[Part]:
    """Twice the same act, told from the same facts, reads the same: it is told the last time."""
    last = {"".join(_sections(by, [part], "txt")): place for place, part in enumerate(visit)}
    return [visit[place] for place in sorted(last.values())]


def _not_repeated(visit: Sequence[Part]) -> Iterable[Part]:
    """Facts stand where they are first said, the way to a page where it is last named."""
    lines: set[tuple[str, str]] = set()
    for place, part in enumerate(visit):
        led_to = {later.draft.link for later in visit[place + 1 :]}
        new = tuple(line for line in part.draft.lines if line not in lines)
        lines.update(new)
        link = "" if part.draft.link in led_to else part.draft.link
        yield replace(part, draft=replace(part.draft, lines=new, link=link))


def _subject(visits: Sequence[Sequence[str]], evening: date | None) -> str:
    """« Groupe attendu, effectif changé : 22 élèves, jeudi 25 mars 2027 à 9 h 00 »; of several visits, how many."""
    if len(visits) > 1:
        of_day = f", {plain_day(evening)}" if evening else ""
        return f"Nouvelles de {counted(len(visits), 'visite')}{of_day}"
    (subjects,) = visits
    heads = list(dict.fromkeys(subject.partition(_HEAD)[0] for subject in subjects))
    said = [heads[0], *(head[:1].lower() + head[1:] for head in heads[1:])]
    visit = subjects[-1].partition(_HEAD)[2]
    return _HEAD.join(filter(None, (", ".join(said), visit)))


def _entries(parts: Sequence[Part], *, several: bool) -> tuple[Invitation | None, Sequence[Invitation]]:
    """The latest entry of each visit: one is the mail's own, the others come beside, as one message speaks of one.

    Of two of one state the REQUEST stands: a CANCEL without a change of its own takes a visit out of the agenda of the
    lycée that it left, and this reader receives it in the other one too.
    """
    latest: dict[str, Invitation] = {}
    for part in parts:
        for entry in (part.draft.invitation, *part.draft.beside):
            if entry is None:
                continue
            before = latest.get(entry.event.uid)
            if before is None or _age(entry) >= _age(before):
                latest[entry.event.uid] = entry
    entries = list(latest.values())
    return (None, entries) if several or not entries else (entries[0], entries[1:])


def _age(entry: Invitation) -> tuple[int, bool]:
    return entry.sequence, entry.method == "REQUEST"


def _papers(parts: Sequence[Part]) -> tuple[Enclosed, ...]:
    return tuple({paper.name: paper for part in parts for paper in part.draft.papers}.values())


def _one_line(sentence: str) -> str:
    """A sentence as it is read, which its template writes on several lines."""
    return type(sentence)(_SPACES.sub(" ", sentence).strip())


@lru_cache(maxsize=4)
def _of_letters(templates: Environment, *, escaped: bool) -> Environment:
    """The templates as letters need them: with words of their own, and in plain text a typed < is a <."""
    made = templates.overlay(autoescape=escaped)
    made.filters = {**templates.filters, "when": when, "begins": begins, "group": group, "one_line": _one_line}
    return made
