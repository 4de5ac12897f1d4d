"""The file for France 2030 as PDF: A4, a table of contents, each section under its heading, the board's own drawings.

A heading never stands alone at the foot of a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Spacer
from reportlab.platypus import Paragraph as Written

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, fitted, printable
from booking.day.papers.draw import bound, titled
from booking.day.papers.draw_block import BODY, BRASS, LINE, STRONG, TITLE, written
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.programme.report.columns import abreast
from booking.programme.report.painted import Painted
from booking.programme.report.pieces import PAGE, ROOM, SMALL, TEXT, high, nothing, piece_of
from booking.programme.report.printed import mask_of, provisional_of, state_of, title_of
from booking.programme.report.rules import Block, Paragraph, Report, Section

HEADING = ParagraphStyle("section", BODY, fontName=BOLD, fontSize=14.5, leading=18, spaceBefore=0, spaceAfter=2)
# Points: between two blocks, or where one is a sentence, before a section; from a heading to its line, and on.
BETWEEN, BY_SENTENCE, BEFORE_SECTION, UNDER_HEADING, BELOW_HEADING = 11.0, 7.0, 19.0, 4.0, 6.0
# Of the contents: from line to line, between its columns.
STEP, COLUMNS_APART = 15.0, 18.0


def draw_pdf(report: Report, *, head: Letterhead = NOBODY) -> bytes:
    """The whole file; what people typed in it is drawn as they typed it, and never read as markup."""
    title, state = title_of(report), state_of(report)
    story = [*titled(title, TITLE), written(state, STRONG)]
    if words := provisional_of(report):
        story.append(written(words, TEXT))
    story += [written(mask_of(report), SMALL), Spacer(1, 4)]
    if report.sections:
        story += [_contents(report.sections), Spacer(1, 2)]
    for place, section in enumerate(report.sections):
        story += _section(section, place)
    return bound(story, title=title, foot=f"{title} · {state}", head=head)


def _section(section: Section, place: int) -> Iterator[Any]:
    heading = [_heading(section, place), Spacer(1, BELOW_HEADING)]
    rows = list(abreast(section.blocks, ROOM))
    pieces = [piece_of(row) for row in rows] or [nothing()]
    gaps = [_gap(before[0], after[0]) for before, after in pairwise(rows)]
    needed = [piece.first for piece in pieces]
    for n in reversed(range(len(gaps))):
        if _leads(rows[n][0], rows[n + 1][0]):
            needed[n] = min(needed[n] + gaps[n] + needed[n + 1], PAGE / 2)
    yield CondPageBreak(BEFORE_SECTION + high(heading) + needed[0])
    yield from _after(BEFORE_SECTION, heading)
    yield from pieces[0].parts
    for gap, need, piece in zip(gaps, needed[1:], pieces[1:], strict=True):
        yield CondPageBreak(gap + need)
        yield from _after(gap, piece.parts)


def _after(gap: float, parts: list[Any]) -> list[Any]:
    """The same parts, so far under what is above them; at the top of a page, nothing is."""
    first = parts[0]
    if isinstance(first, Written):
        # What is left of a paragraph that a page cuts keeps its style alone.
        first.style = ParagraphStyle("after", first.style, spaceBefore=gap)
    else:
        first.spaceBefore = gap
    return parts


def _leads(before: Block, after: Block) -> bool:
    """Whether it is a sentence, which stays with the table or the drawing that it leads to."""
    return isinstance(before, Paragraph) and not before.note and not isinstance(after, Paragraph)


def _gap(before: Block, after: Block) -> float:
    match before, after:
        case Paragraph(), Paragraph():
            return 0
        case (Paragraph(), _) | (_, Paragraph(note=True)):
            return BY_SENTENCE
    return BETWEEN


def _heading(section: Section, place: int) -> Painted:
    """The heading of a section over a thin line; readers find it in the outline, and by its page in the contents."""
    words = _numbered(section, place)
    heading = written(words, HEADING)
    high = float(heading.wrap(ROOM, PAGE)[1]) + UNDER_HEADING

    def paint(canvas: Canvas, wide: float) -> None:
        canvas.bookmarkHorizontal(_name(place), 0, high + 6)
        canvas.addOutlineEntry(printable(words), _name(place))
        heading.drawOn(canvas, 0, UNDER_HEADING)
        canvas.setStrokeColor(BRASS)
        canvas.setLineWidth(0.8)
        canvas.line(0, 0, wide, 0)
        # Drawn once its page is known, shown in the contents before.
        page = str(canvas.getPageNumber())
        canvas.beginForm(_name(place), -30, -3, 0, 12)
        canvas.setFont(PLAIN, TEXT.fontSize)
        canvas.setFillColor(INK)
        canvas.drawRightString(0, 0, page)
        canvas.endForm()

    return Painted(high, paint)


def _numbered(section: Section, place: int) -> str:
    return f"{place + 1}. {section.title}"


def _name(place: int) -> str:
    return f"section-{place + 1}"


def _contents(sections: Sequence[Section]) -> Painted:
    """What the file holds, in two columns: each section and its page, one click away."""
    deep = -(-len(sections) // 2)
    lines = [_numbered(section, place) for place, section in enumerate(sections)]
    return Painted(STEP * deep + 10, partial(_paint_contents, lines, deep))


def _paint_contents(lines: Sequence[str], deep: int, canvas: Canvas, wide: float) -> None:
    column, high = (wide - COLUMNS_APART) / 2, STEP * deep + 10
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(0, high - 1, wide, high - 1)
    canvas.line(0, 0, wide, 0)
    for place, line in enumerate(lines):
        left, base = (column + COLUMNS_APART) * (place // deep), high - 1 - STEP * (place % deep + 1)
        words, size = fitted(printable(line), PLAIN, TEXT.fontSize, 0.85, column - 30)
        canvas.setFont(PLAIN, size)
        canvas.setFillColor(INK)
        canvas.drawString(left, base, words)
        canvas.saveState()
        canvas.setStrokeColor(SOFT)
        canvas.setLineWidth(0.5)
        canvas.setDash(0.6, 2.6)
        canvas.line(left + stringWidth(words, PLAIN, size) + 5, base, left + column - 16, base)
        canvas.translate(left + column, base)
        canvas.doForm(_name(place))
        canvas.restoreState()
        canvas.linkRect("", _name(place), (left, base - 3, left + column, base + 10), relative=1, thickness=0)
