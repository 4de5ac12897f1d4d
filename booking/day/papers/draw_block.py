"""Each block of a paper as reportlab lays it out: words, tables, and what a pen fills in."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, printable
from booking.day.papers.rules import (
    Blanks,
    Block,
    Code,
    Facts,
    Grid,
    Heading,
    PaperText,
    Points,
    Signatures,
    Slip,
    Taught,
    Ticks,
)
from booking.presentation.qr_code import screen_code
from booking.words.wording import spaced

WIDE, HIGH = 170.0, 253.0  # Millimetres between the margins.
BRASS, LINE, SAND = HexColor("#9a6b12"), HexColor("#c9c3b6"), HexColor("#f7f3ea")

BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=10, leading=13.6, textColor=INK, spaceAfter=5)
STRONG = ParagraphStyle("strong", BODY, fontSize=11.5, leading=16, spaceAfter=8)
LARGE = ParagraphStyle("large", BODY, fontSize=14, leading=20, spaceAfter=14)
NOTE = ParagraphStyle("note", BODY, fontSize=8.5, leading=11.5, textColor=SOFT)
CELL = ParagraphStyle("cell", BODY, spaceAfter=0)
NAME = ParagraphStyle("name", CELL, fontSize=9.5, leading=13.6, textColor=SOFT)
HEAD = ParagraphStyle("head", CELL, fontName=BOLD, fontSize=9)
NUMBER = ParagraphStyle("number", CELL, alignment=TA_RIGHT)
HEAD_NUMBER = ParagraphStyle("head-number", HEAD, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=20, leading=24, spaceAfter=4)
BANNER = ParagraphStyle("banner", TITLE, fontSize=30, leading=36, spaceAfter=6)
PART = ParagraphStyle("part", BODY, fontName=BOLD, fontSize=12, leading=15, spaceBefore=7, spaceAfter=3, keepWithNext=1)
POINT = ParagraphStyle("point", BODY, leftIndent=4.5 * mm, bulletIndent=0.8 * mm, spaceAfter=2.5)
PEN_HIGH, STAMP = 17.0, 30.0  # Millimetres for a signature, for a stamp beside it.
SLIP_PEN = 9.0  # On a slip, which shares its page.
LABEL = 38.0  # Millimetres for the name of a fact, of a choice.
PEN = HexColor("#8b8578")
SIZE = 10
CLASS = 26  # Lines that a page holds under its title, at their full height.
LOW = ParagraphStyle("pen-low", CELL, leading=10.6)
WHO = ParagraphStyle("who", CELL, fontName=BOLD, fontSize=9.5)
TAUGHT = ParagraphStyle("taught", WHO, fontSize=12, leading=15)
HOW = ParagraphStyle("how", CELL, fontSize=8.5, leading=11, textColor=SOFT)
_WITHIN = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|[%€])")  # « 1 703 », « 12 % »
PLAIN_TABLE = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]
FLAT = [("TOPPADDING", (1, 0), (1, 0), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]


def drawn(block: Block, *, poster: bool = False, pen: float = PEN_HIGH) -> list[Any]:
    """One block; a picture of what was built is drawn apart."""
    story: list[Any]
    match block:
        case Heading(text):
            story = [written(text, PART)]
        case PaperText(text, soft, strong):
            story = [written(text, NOTE if soft else (LARGE if poster else STRONG) if strong else BODY)]
        case Facts(lines):
            story = [_facts(lines), Spacer(1, 3 * mm)]
        case Points(items):
            story = [written(item, POINT, bullet="•") for item in items]
        case Ticks(label, items):
            story = [ticks(label, items, WIDE), Spacer(1, 0.8 * mm)]
        case Blanks(labels):
            story = [blanks(labels, WIDE), Spacer(1, 2 * mm)]
        case Grid():
            story = [_grid(block), Spacer(1, 3 * mm)]
        case Signatures(places, stamped, dated):
            story = [Spacer(1, 2 * mm), signatures(places, WIDE, high=STAMP if stamped else pen)]
            if dated:
                story = [KeepTogether([Spacer(1, 4 * mm), written(dated, BODY), *story])]
        case Code(text, address):
            story = [_code(address, text), Spacer(1, 2 * mm)]
        case Taught():
            story = [_taught(block), Spacer(1, 2.5 * mm)]
        case Slip(title, blocks):
            parts = [part for inner in blocks for part in drawn(inner, pen=SLIP_PEN)]
            return [KeepTogether([Spacer(1, 2 * mm), _cut(title), *parts])]
    return story


def _facts(lines: tuple[tuple[str, str], ...]) -> Table:
    return Table(
        [[written(name, NAME), written(said, CELL)] for name, said in lines],
        colWidths=[LABEL * mm, (WIDE - LABEL) * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.8),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ],
    )


def _grid(grid: Grid) -> Table:
    """A table whose lines with an empty cell are high enough for a hand, and low enough for a class on one page."""
    high = 7.0 if len(grid.rows) <= CLASS else 6.2
    words = len(grid.head) - grid.numbers
    plain, bold = ([style] * words + [aside] * grid.numbers for style, aside in ((CELL, NUMBER), (HEAD, HEAD_NUMBER)))
    lines = [(grid.head, bold), *((line, plain) for line in grid.rows), *([(grid.total, bold)] if grid.total else [])]
    return Table(
        [[written(cell, style) for cell, style in zip(line, styles, strict=True)] for line, styles in lines],
        colWidths=[WIDE * mm * share / sum(grid.widths) for share in grid.widths],
        rowHeights=[high * mm if "" in line and styles is plain else None for line, styles in lines],
        repeatRows=1,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("BACKGROUND", (0, 0), (-1, 0), SAND),
            ("GRID", (0, 0), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 5),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )


def _cut(title: str) -> Table:
    return Table(
        [[written(title, NOTE)]],
        colWidths=[WIDE * mm],
        style=[
            ("LINEABOVE", (0, 0), (-1, -1), 0.7, SOFT, None, (4, 3)),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ],
    )


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


def signatures(places: tuple[tuple[str, str], ...], wide: float, *, high: float) -> Table:
    """A framed place for each one who signs, of half the width at most."""
    column = (wide * mm - 6 * mm) / 2
    boxes = [
        Table(
            [[written(who, WHO)], [written(how, HOW)], [""]],
            colWidths=[column],
            rowHeights=[None, None, high * mm],
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


def _code(address: str, text: str) -> Table:
    """The code, 26 mm wide, beside what it is for."""
    return _beside(_squares(address, 26 * mm), [written(text, CELL)])


def _taught(taught: Taught) -> Table:
    """The diploma and its lycée beside the code of its page."""
    words = [written(taught.title, TAUGHT), written(taught.where, BODY)]
    return _beside(_squares(taught.address, 26 * mm) if taught.address else "", words)


def _beside(code: Drawing | str, words: list[Paragraph]) -> Table:
    style = [*PLAIN_TABLE, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    return Table([[code, words]], colWidths=[32 * mm, (WIDE - 32) * mm], hAlign="LEFT", style=style)


def _squares(address: str, wide: float) -> Drawing:
    """The QR code of an address."""
    code = screen_code(address)
    side = wide / code.side
    picture = Drawing(wide, wide)
    for left, top in code.dark:
        picture.add(Rect(left * side, (code.side - top - 1) * side, side, side, strokeColor=None, fillColor=INK))
    return picture


def _box() -> Drawing:
    side = 3.4 * mm
    box = Drawing(side + 1, 10.5)
    box.add(Rect(0.4, 0.2, side, side, strokeColor=INK, strokeWidth=0.8, fillColor=None))
    return box


def written(text: str, style: ParagraphStyle, *, bullet: str | None = None) -> Paragraph:
    """A paragraph of plain text: no tag of it is read, no scheme in it is followed; a figure stays on one line."""
    return Paragraph(escape(_WITHIN.sub("\u00a0", spaced(printable(text)))), style, bulletText=bullet)
