"""What a pen fills in: boxes to tick, lines to write on, places to sign."""

from __future__ import annotations

from typing import Any

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Table

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, printable
from booking.day.papers.draw_words import written

LABEL = 38.0  # Millimetres for the name of a fact, of a choice.
PEN = HexColor("#8b8578")
SIZE = 10
CELL = ParagraphStyle("pen", fontName=PLAIN, fontSize=SIZE, leading=13.6, textColor=INK)
NAME = ParagraphStyle("pen-name", CELL, fontSize=9.5, textColor=SOFT)
LOW = ParagraphStyle("pen-low", CELL, leading=10.6)
WHO = ParagraphStyle("who", CELL, fontName=BOLD, fontSize=9.5)
HOW = ParagraphStyle("how", CELL, fontSize=8.5, leading=11, textColor=SOFT)
PLAIN_TABLE = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]
FLAT = [("TOPPADDING", (1, 0), (1, 0), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]


def ticks(label: str, items: tuple[str, ...], wide: float) -> Table:
    """Boxes after their label, on one line when they fit."""
    room = (wide - (LABEL if label else 0)) * mm
    widths = [stringWidth(printable(item), PLAIN, SIZE) + 7 * mm for item in items]
    if sum(widths) + 5 * mm * len(items) <= room:
        cells: list[Any] = [part for item in items for part in (_box(), written(item, CELL))]
        columns = [part for one in widths for part in (5 * mm, one)]
        boxes = Table([cells], colWidths=columns, hAlign="LEFT", style=PLAIN_TABLE)
    else:
        lines = [[_box(), written(item, CELL)] for item in items]
        boxes = Table(lines, colWidths=[5 * mm, room - 5 * mm], hAlign="LEFT", style=PLAIN_TABLE)
    if not label:
        return boxes
    return Table(
        [[written(label, NAME), boxes]], colWidths=[LABEL * mm, room], hAlign="LEFT", style=[*PLAIN_TABLE, *FLAT]
    )


def blanks(labels: tuple[str, ...], wide: float) -> Table:
    """Lines to write on, two abreast when their words are short."""
    longest = max(stringWidth(printable(label), PLAIN, SIZE) for label in labels) + 3 * mm
    abreast = 2 if len(labels) > 1 and longest < wide * mm * 0.3 else 1
    filled = [*labels, *[""] * (-len(labels) % abreast)]
    gap = 6 * mm * (abreast - 1)
    line = (wide * mm - gap) / abreast - longest
    rows, rules = [], []
    for row, start in enumerate(range(0, len(filled), abreast)):
        cells: list[Any] = []
        for place, label in enumerate(filled[start : start + abreast]):
            cells += [""] * (place > 0) + [written(label, LOW), ""]
            if label:
                column = place * 3 + 1
                rules.append(("LINEBELOW", (column, row), (column, row), 0.6, PEN, None, (1, 2)))
        rows.append(cells)
    columns = [longest, line] if abreast == 1 else [longest, line, gap, longest, line]
    at_foot = [("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]
    style = [*PLAIN_TABLE, *at_foot, *rules]
    return Table(rows, colWidths=columns, rowHeights=7.4 * mm, hAlign="LEFT", style=style)


def signatures(places: tuple[tuple[str, str], ...], wide: float) -> Table:
    """A framed place for each one who signs, of half the width at most."""
    column = (wide * mm - 6 * mm) / 2
    boxes = [
        Table(
            [[written(who, WHO)], [written(how, HOW)], [""]],
            colWidths=[column],
            rowHeights=[None, None, 17 * mm],
            style=[
                ("BOX", (0, 0), (-1, -1), 0.6, PEN),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ],
        )
        for who, how in places
    ]
    cells: list[Any] = [boxes[0], "", boxes[1]] if len(boxes) > 1 else ["", "", boxes[0]]
    return Table([cells], colWidths=[column, 6 * mm, column], hAlign="LEFT", style=PLAIN_TABLE)


def _box() -> Drawing:
    side = 3.4 * mm
    box = Drawing(side + 1, 10.5)
    box.add(Rect(0.4, 0.2, side, side, strokeColor=INK, strokeWidth=0.8, fillColor=None))
    return box
