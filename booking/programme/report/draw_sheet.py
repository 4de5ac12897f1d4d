"""One A4 for the committee: each number on a bar with where one should be today, three sentences, what is late.

It is read in black and white, on a copy of a copy: what is reached is full, what is foreseen is hatched, where one
should be is a triangle, and each state has its sign and its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.platypus import KeepInFrame, Spacer

from booking.day.badges.draw import fitted, printable
from booking.day.papers.draw import bound, titled
from booking.day.papers.draw_block import BODY, HIGH, NOTE, PART, TITLE, WIDE, written
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.programme.report.draw_bar import bar_of
from booking.programme.report.printed import sheet_title, state_of
from booking.programme.report.rules import CommitteeSheet
from booking.words.wording import counted

ROOM, PAGE = WIDE * mm, HIGH * mm
TEXT = ParagraphStyle("sheet-text", BODY, fontSize=10.5, leading=14, spaceAfter=4, leftIndent=17, bulletIndent=1)
LATE = ParagraphStyle("sheet-late", TEXT, fontSize=9.5, leading=12.4, spaceAfter=2)
# Lines that one sentence takes at most, that one late thing does.
SENTENCE_LINES, LATE_LINES = 4, 2
KEY = "Plein : compté. Hachuré : prévu au terme. Triangle : où en être aujourd'hui, au rythme régulier."
NOTHING_LATE = "Rien n'est en retard."
NOTHING_ELSE_LATE = "Rien d'autre que ce que montrent les barres."


def draw_sheet(sheet: CommitteeSheet, *, head: Letterhead = NOBODY) -> bytes:
    """The sheet, on one page whatever it says: what is late beyond it is counted."""
    title, state = sheet_title(sheet), state_of(sheet)
    above = [*titled(f"Où en est le programme, {sheet.year}", TITLE), written(f"{state}. {KEY}", NOTE), Spacer(1, 2)]
    above += [bar_of(figure) for figure in sheet.figures]
    if sheet.sentences:
        above.append(written("En bref", PART))
        above += [
            written(_within(sentence, TEXT, SENTENCE_LINES), TEXT, bullet=f"{place}.")
            for place, sentence in enumerate(sheet.sentences, start=1)
        ]
    above.append(written("Ce qui est en retard", PART))
    nothing = NOTHING_ELSE_LATE if any(figure.late for figure in sheet.figures) else NOTHING_LATE
    late = _late(sheet.late, PAGE - _high(above), nothing)
    # More numbers than the sheet is made for are drawn smaller rather than on two pages.
    page = KeepInFrame(ROOM, PAGE, [*above, *late], mode="shrink")
    return bound([page], title=title, foot=f"{title} · {state}", head=head)


def _high(parts: Sequence[Any]) -> float:
    return sum(float(part.wrap(ROOM, PAGE)[1] + part.getSpaceBefore() + part.getSpaceAfter()) for part in parts)


def _late(late: Sequence[str], room: float, nothing: str) -> list[Any]:
    """As much of what is late as there is room for, in its order, then how many there are beside."""
    if not late:
        return [written(nothing, LATE)]
    lines = [written(_within(words, LATE, LATE_LINES), LATE, bullet="•") for words in late]
    while len(lines) > 1 and _high(lines) > room - (LATE.leading + LATE.spaceAfter if len(lines) < len(late) else 0):
        lines.pop()
    others = len(late) - len(lines)
    return [*lines, *([written(f"et {counted(others, 'autre', 'autres')}", LATE)] if others else [])]


def _within(words: str, style: ParagraphStyle, most: int) -> str:
    """A sentence in so many lines at most, cut where there are more."""
    wide = ROOM - style.leftIndent
    lines = simpleSplit(printable(words), style.fontName, style.fontSize, wide)
    if len(lines) <= most:
        return words
    last, _ = fitted(" ".join(lines[most - 1 : most + 1]), style.fontName, style.fontSize, 1, wide - 12)
    return " ".join([*lines[: most - 1], last])
