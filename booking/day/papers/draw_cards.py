"""The sheet of cards that pupils keep: the object drawn, then when and where, what teaches it, and a number."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from reportlab.graphics import renderPDF
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, fitted, printable
from booking.day.badges.presets import PAGE, PRESETS
from booking.day.badges.sheet import blank, draw_cut_marks, draw_day
from booking.day.papers.cards import Keepsake
from booking.day.papers.draw_block import BRASS, HEAD, LINE, NOTE, TITLE, written
from booking.day.papers.draw_object import picture
from booking.presentation.drawings import FRAME

SHEET = PRESETS["a4"]
EDGE, PICTURE = 5.0, 27.0  # Millimetres.
OBJECT = TITLE.clone("card-object", fontSize=12, leading=13.5, spaceAfter=1)
SMALL = NOTE.clone("card-small", fontSize=7.5, leading=9.2, textColor=INK, spaceAfter=0)
LABEL = NOTE.clone("card-label", fontSize=6.5, leading=8.5, spaceAfter=0)
DIPLOMA = HEAD.clone("card-diploma", fontSize=8.5, leading=10)
SMALLEST = 0.6


def draw(cards: Keepsake, *, head: str, printed_on: date | None) -> bytes:
    """One A4 PDF, ten cards a page, with marks to cut along; what all of them share is in the document once."""
    file = BytesIO()
    canvas = blank(file, cards.title)
    canvas.beginForm("card", 0, 0, SHEET.width * mm, SHEET.height * mm)
    _shared(canvas, cards, head)
    canvas.endForm()
    for first in range(0, len(cards.faces), SHEET.cells):
        draw_cut_marks(canvas, SHEET)
        for cell, face in enumerate(cards.faces[first : first + SHEET.cells]):
            left, top = SHEET.corner(cell)
            canvas.saveState()
            canvas.translate(left * mm, (PAGE[1] - top - SHEET.height) * mm)
            canvas.doForm("card")
            _number(canvas, face)
            canvas.restoreState()
        if printed_on is not None:
            draw_day(canvas, printed_on)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _shared(canvas: Canvas, cards: Keepsake, head: str) -> None:
    top, right = SHEET.height - EDGE, SHEET.width - EDGE
    canvas.setFillColor(BRASS)
    canvas.setFont(BOLD, 7)
    canvas.drawString(EDGE * mm, (top - 2) * mm, "TECHNILAB")
    _pictures(canvas, cards, top - 5)
    left = EDGE + (PICTURE + 4 if cards.drawings else 0)
    words = [written(_fabricated(cards), OBJECT), written(cards.on, SMALL), written(cards.place, SMALL)]
    _down(canvas, words, left, top - 4.5, right - left, 23)
    if cards.diploma:
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(EDGE * mm, 19.5 * mm, right * mm, 19.5 * mm)
        taught = [written("Cela s'apprend", LABEL), written(cards.diploma, DIPLOMA), written(cards.taught_at, SMALL)]
        _down(canvas, taught, EDGE, 18.7, right - EDGE, 12.5)
    line, size = fitted(printable(head), PLAIN, 5.5, SMALLEST, (right - EDGE) * mm)
    canvas.setFillColor(SOFT)
    canvas.setFont(PLAIN, size)
    canvas.drawString(EDGE * mm, 3.6 * mm, line)


def _fabricated(cards: Keepsake) -> str:
    """What was built; the workshop where the lycée noted no object."""
    return ", ".join(cards.objects) or cards.workshop


def _pictures(canvas: Canvas, cards: Keepsake, top: float) -> None:
    """Each object's drawing; side by side, and smaller, where there are several."""
    across, down = FRAME
    wide = PICTURE / max(1, len(cards.drawings))
    for place, drawing in enumerate(cards.drawings):
        drawn = picture(drawing, (wide - (0.8 if len(cards.drawings) > 1 else 0)) * mm)
        renderPDF.draw(drawn, canvas, (EDGE + place * wide) * mm, (top - wide * down / across) * mm)


def _down(canvas: Canvas, words: list[Paragraph], left: float, top: float, wide: float, high: float) -> None:
    """These paragraphs one under the other, all of them smaller where they would not fit."""
    scale = 1.0
    while (_high(words, wide * mm / scale) * scale > high * mm) and scale > SMALLEST:
        scale -= 0.05
    canvas.saveState()
    canvas.translate(left * mm, top * mm)
    canvas.scale(scale, scale)
    down = 0.0
    for paragraph in words:
        down += paragraph.wrap(wide * mm / scale, high * mm / scale)[1]
        paragraph.drawOn(canvas, 0, -down)
    canvas.restoreState()


def _high(words: list[Paragraph], wide: float) -> float:
    return sum(float(paragraph.wrap(wide, 1000 * mm)[1]) for paragraph in words)


def _number(canvas: Canvas, face: str) -> None:
    """« N° 7 », or a line to write one on."""
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 8)
    right = (SHEET.width - EDGE) * mm
    canvas.drawRightString(right, (SHEET.height - EDGE - 2.2) * mm, f"N° {face or '……'}")
