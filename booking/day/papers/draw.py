"""The PDF of papers: A4, a margin to bind, what each page belongs to at its foot; the same bytes each time.

At its head stands in whose name it is given: a line on each page, the marks on the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, HRFlowable, PageBreak, PageTemplate, Spacer
from reportlab.platypus.flowables import CallerMacro

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, fitted, printable
from booking.day.papers.draw_block import BANNER, BRASS, HIGH, TITLE, WIDE, drawn, written
from booking.day.papers.draw_object import card, portrait
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.day.papers.rules import Block, Built, Paper
from booking.words.wording import day

LEFT, BOTTOM = 20.0, 19.0  # Millimetres.
SMALLEST_PORTRAIT = 80.0
MARK_HIGH, MARK_WIDE_MOST = 7.5, 60.0
LAST = "last-page"


def draw(
    papers: Sequence[Paper],
    *,
    title: str,
    photos: Mapping[str, bytes],
    printed_on: date | None = None,
    head: Letterhead = NOBODY,
    alone: bool = False,
) -> bytes:
    """One document; each paper begins a page and has its entry in the outline. `alone`: each page is given away by
    itself, so that all bear the marks and none a number."""
    story: list[Any] = []
    for paper in papers:
        for place, sheet in enumerate(paper.sheets):
            if story:
                story.append(PageBreak())
            if place == 0:
                story.append(CallerMacro(drawCallable=partial(_outline, paper)))
            story += _sheet(paper.title, sheet, poster=paper.poster, photos=photos)
    return bound(story, title=title, foot=papers[0].visit, printed_on=printed_on, head=head, alone=alone)


def bound(
    story: list[Any],
    *,
    title: str,
    foot: str,
    printed_on: date | None = None,
    head: Letterhead = NOBODY,
    alone: bool = False,
) -> bytes:
    """The document of these parts under its `head`, `foot` below each of its pages, which may stand `alone`."""
    file = BytesIO()
    document = BaseDocTemplate(
        file,
        pagesize=(210 * mm, 297 * mm),
        pageTemplates=[
            PageTemplate(
                frames=[
                    Frame(
                        LEFT * mm,
                        BOTTOM * mm,
                        WIDE * mm,
                        HIGH * mm,
                        leftPadding=0,
                        rightPadding=0,
                        topPadding=0,
                        bottomPadding=0,
                    )
                ],
                onPage=partial(_edges, foot, printed_on, head, alone),
            )
        ],
        title=title,
        author="Technilab",
        creator="Technilab",
        lang="fr",
        invariant=1,
        pageCompression=1,
        displayDocTitle=True,
    )
    document.build([*story, CallerMacro(drawCallable=_last_page)])
    return file.getvalue()


def _sheet(title: str, sheet: tuple[Block, ...], *, poster: bool, photos: Mapping[str, bytes]) -> list[Any]:
    """A sheet of a paper under its title; `photos` holds the pictures by the names of their files.

    The only object of a sheet is shown as large as all that stands below it leaves room for.
    """
    wide, alone = WIDE, sum(isinstance(block, Built) for block in sheet) == 1
    while True:
        story = titled(title, BANNER if poster else TITLE)
        for block in sheet:
            if isinstance(block, Built):
                photo = photos.get(block.photo)
                shown = portrait(block, WIDE, photo, picture_wide=wide) if alone else card(block, WIDE, HIGH, photo)
                story += [*shown, Spacer(1, 6 * mm)]
            else:
                story += drawn(block, poster=poster)
        if not alone or wide <= SMALLEST_PORTRAIT or _high(story) <= HIGH * mm:
            return story
        wide -= 10


def _high(story: list[Any]) -> float:
    parts = (part for part in story if not isinstance(part, PageBreak))
    return sum(
        float(part.wrap(WIDE * mm, HIGH * mm)[1] + part.getSpaceBefore() + part.getSpaceAfter()) for part in parts
    )


def titled(title: str, style: ParagraphStyle) -> list[Any]:
    """The title of a page, over its short rule."""
    rule = HRFlowable(width=24 * mm, thickness=2, color=BRASS, hAlign="LEFT", spaceBefore=0, spaceAfter=9)
    return [written(title, style), rule]


def _outline(paper: Paper, here: Any) -> None:
    canvas: Canvas = here.canv
    canvas.bookmarkPage(paper.kind)
    canvas.addOutlineEntry(paper.title, paper.kind)


def _edges(visit: str, printed_on: date | None, head: Letterhead, alone: bool, canvas: Canvas, document: Any) -> None:
    """The head and the foot of a page; how many there are is drawn once, when it is known."""
    right = (LEFT + WIDE) * mm
    canvas.saveState()
    canvas.setFont(BOLD, 8)
    canvas.setFillColor(BRASS)
    canvas.drawString(LEFT * mm, 282 * mm, "TECHNILAB")
    canvas.setStrokeColor(BRASS)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT * mm, 279.5 * mm, right, 279.5 * mm)
    canvas.setFillColor(SOFT)
    printed = "" if printed_on is None else f"Imprimé le {day(printed_on)}"
    canvas.setFont(PLAIN, 8)
    canvas.drawRightString(right, 282 * mm, printed)
    begins = LEFT * mm + stringWidth("TECHNILAB", BOLD, 8) + 4 * mm
    room = right - begins - (stringWidth(printed, PLAIN, 8) + 4 * mm if printed else 0)
    for high, words in _head_lines(printable(head.line), room):
        line, size = fitted(words, PLAIN, 8, 0.7, room)
        canvas.setFont(PLAIN, size)
        canvas.drawString(begins, high * mm, line)
    if alone or document.page == 1:
        _marks(head.marks, canvas)
    of = stringWidth(" sur 00", PLAIN, 8)
    line, size = fitted(printable(visit), PLAIN, 8, 0.8, (WIDE - 32) * mm)
    canvas.setFont(PLAIN, size)
    canvas.drawString(LEFT * mm, 11 * mm, line)
    if not alone:
        canvas.setFont(PLAIN, 8)
        canvas.drawRightString(right - of, 11 * mm, f"page {document.page}")
        canvas.translate(right - of, 11 * mm)
        canvas.doForm(LAST)
    canvas.restoreState()


def _head_lines(line: str, room: float) -> list[tuple[float, str]]:
    """In whose name, on one line, or on two between the marks and the rule: each with its height."""
    if stringWidth(line, PLAIN, 8) * 0.8 <= room:
        return [(282, line)]
    first, *rest = simpleSplit(line, PLAIN, 7, room)
    return [(283.3, first), (280.7, " ".join(rest))]


def _marks(marks: Sequence[bytes], canvas: Canvas) -> None:
    """Side by side above the line, each as high as there is room."""
    left = LEFT * mm
    for mark in marks:
        picture = ImageReader(BytesIO(mark))
        wide, high = picture.getSize()
        width = min(MARK_HIGH * wide / high, MARK_WIDE_MOST) * mm
        height = width * high / wide
        canvas.drawImage(picture, left, 285.5 * mm, width, height, mask="auto")
        left += width + 4 * mm


def _last_page(here: Any) -> None:
    canvas: Canvas = here.canv
    canvas.beginForm(LAST, 0, -3, 60, 12)
    canvas.setFont(PLAIN, 8)
    canvas.setFillColor(SOFT)
    canvas.drawString(0, 0, f" sur {canvas.getPageNumber()}")
    canvas.endForm()
    canvas.setFillColor(INK)
