"""What each block of the file is drawn as in the PDF: sentences, words, charts and tables, some of them two abreast.

The head of a table never stands without its first lines, nor its last ones without their rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table

from booking.day.badges.draw import BOLD, INK
from booking.day.papers.draw_block import BODY, BRASS, HIGH, LINE, NOTE, PLAIN_TABLE, SAND, WIDE, written
from booking.programme.charts.paper import drawing_of
from booking.programme.charts.rules import Chart
from booking.programme.report.columns import APART, ASIDE, SIZE, Column, beside, columns_of
from booking.programme.report.printed import NOTHING, THEIR_WORDS
from booking.programme.report.rules import Block, Drawn, Figures, Paragraph, Words

ROOM, PAGE = WIDE * mm, HIGH * mm
TABLE_TITLE = ParagraphStyle("table-title", BODY, fontName=BOLD, fontSize=10, leading=13, spaceAfter=3)
TEXT = ParagraphStyle("text", BODY, fontSize=9.6, leading=13.2, spaceAfter=4, allowWidows=0)
RULE = ParagraphStyle("rule", NOTE, fontSize=8, leading=10.4, spaceAfter=0)
RULE_BELOW = ParagraphStyle("rule-below", RULE, leftIndent=ASIDE / 2, rightIndent=ASIDE / 2)
SMALL = ParagraphStyle("small", NOTE, fontSize=8.2, leading=11, spaceAfter=4, allowWidows=0)
CELL = ParagraphStyle("report-cell", BODY, fontSize=SIZE, leading=11, spaceAfter=0)
FIGURE = ParagraphStyle("report-figure", CELL, alignment=TA_RIGHT)
HEAD = ParagraphStyle("report-head", CELL, fontName=BOLD, fontSize=8.4, leading=10.4)
HEAD_FIGURE = ParagraphStyle("report-head-figure", HEAD, alignment=TA_RIGHT)
TOTAL = ParagraphStyle("report-total", CELL, fontName=BOLD)
TOTAL_FIGURE = ParagraphStyle("report-total-figure", TOTAL, alignment=TA_RIGHT)
# Points: a chart alone; between two abreast, and how wide each is.
CHART_WIDE, GUTTER = 436.0, 18.0
HALF = (ROOM - GUTTER) / 2
TABLE: list[tuple[Any, ...]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("BACKGROUND", (0, 0), (-1, 0), SAND),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
    ("LEFTPADDING", (0, 0), (-1, -1), ASIDE / 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), ASIDE / 2),
    ("TOPPADDING", (0, 0), (-1, -1), 1.7),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.8),
]
# Lines that a table keeps together at each of its ends, and how high one may be to stand on one page whole.
ENDS, WHOLE_MOST = 3, 45 * mm


class Piece(Struct, frozen=True):
    """What a block is drawn as, and how high its first part is, which stays with what stands above it."""

    parts: list[Any]
    first: float


def piece_of(row: Sequence[Block]) -> Piece:
    """A block, or two that stand side by side."""
    match row:
        case [Drawn(left), Drawn(right)]:
            return _charts(left, right)
        case [Figures() as left, Figures() as right]:
            left, right, rule = beside(left, right)
            tables = _side_by_side([_table(left, HALF).parts, _table(right, HALF).parts])
            return _whole([tables, *([Spacer(1, 4), written(rule, RULE_BELOW)] if rule else [])])
        case [Drawn(chart)]:
            title, words = written(chart.title, TABLE_TITLE), written(chart.words, RULE)
            return _whole([title, drawing_of(chart, wide=CHART_WIDE), words])
        case [Words(text)]:
            return _words(text)
        case [Figures() as figures]:
            return _table(figures, ROOM)
        case [Paragraph(text, note)]:
            return _sentences(text, SMALL if note else TEXT)
    raise AssertionError(row)


def nothing() -> Piece:
    """Of a section without anything."""
    return _whole([written(NOTHING, SMALL)])


def _whole(parts: list[Any]) -> Piece:
    """What stands on one page whole."""
    return Piece(parts, high(parts))


def high(parts: Sequence[Any], wide: float = ROOM) -> float:
    """How high they stand under one another."""
    return sum(float(part.wrap(wide, PAGE)[1] + part.getSpaceBefore() + part.getSpaceAfter()) for part in parts)


def _sentences(text: str, style: ParagraphStyle) -> Piece:
    """A long paragraph is cut where the page ends, never after its first line nor before its last."""
    paragraph = written(text, style)
    return Piece([paragraph], min(high([paragraph]), 3 * style.leading))


def _words(text: str) -> Piece:
    """What the coordinator wrote, beside a bar of brass, so that nobody takes it for what is counted."""
    lines = [written(THEIR_WORDS, RULE), *(written(line, TEXT) for line in text.splitlines() if line.strip())]
    edge = [*PLAIN_TABLE, ("LINEBEFORE", (0, 0), (0, -1), 1.6, BRASS), ("LEFTPADDING", (0, 0), (-1, -1), 9)]
    table = Table([[line] for line in lines], colWidths=[ROOM], hAlign="LEFT", splitInRow=1, style=edge)
    return Piece([table], min(high([table]), RULE.leading + 4 * TEXT.leading))


def _charts(left: Chart, right: Chart) -> Piece:
    """Side by side, their titles on one line of feet, their sentences on one of heads."""
    rows: list[list[Any]] = [
        [written(chart.title, TABLE_TITLE) for chart in (left, right)],
        [drawing_of(chart, wide=HALF, narrow=True) for chart in (left, right)],
        [written(chart.words, RULE) for chart in (left, right)],
    ]
    return _whole([_side_by_side(*rows)])


def _side_by_side(*rows: Sequence[Any]) -> Table:
    style = [*PLAIN_TABLE, *([("VALIGN", (0, 0), (-1, 0), "BOTTOM")] if len(rows) > 1 else [])]
    cells = [[before, "", after] for before, after in rows]
    return Table(cells, colWidths=[HALF, GUTTER, HALF], hAlign="LEFT", style=style)


def _table(figures: Figures, room: float) -> Piece:
    title = written(figures.title, TABLE_TITLE)
    rule = [written(figures.rule, RULE)] if figures.rule else []
    if not figures.lines:
        return _whole([title, written(NOTHING, RULE), *rule])
    columns = columns_of(figures, room)
    many = len(figures.lines)
    rows = [[written(column.heading, HEAD_FIGURE if column.figures else HEAD) for column in columns]]
    rows += [[_cell(column, n, total=figures.total and n == many - 1) for column in columns] for n in range(many)]
    style = [*TABLE, ("LINEBELOW", (0, 1), (-1, many), 0.35, LINE)]
    if figures.total:
        style.append(("LINEABOVE", (0, many), (-1, many), 0.8, INK))
    above, begins = high([title]), high([_laid(rows[: ENDS + 1], columns, style[: len(TABLE)])])
    if rule:
        # As a last line, so that it is never parted from the figures that it explains.
        rows.append([*rule, *[""] * (len(columns) - 1)])
        style += [("SPAN", (0, -1), (-1, -1)), ("TOPPADDING", (0, -1), (-1, -1), 4)]
    end = max(0, len(rows) - ENDS)
    # Lines that fill a page are cut where it ends.
    if max(begins, high([_laid(rows[end:], columns, style[: len(TABLE)])])) < PAGE / 2:
        style += [("NOSPLIT", (0, 0), (0, min(ENDS, many))), ("NOSPLIT", (0, end), (0, -1))]
    table = _laid(rows, columns, style)
    whole = high([table])
    return Piece([title, table], above + (whole if whole <= WHOLE_MOST else min(begins, PAGE / 2)))


def _laid(rows: list[list[Any]], columns: Sequence[Column], style: list[tuple[Any, ...]]) -> Table:
    widths = [column.width for column in columns]
    away = [n for n, column in enumerate(columns) if column.apart]
    style = [*style, *(("LEFTPADDING", (n, 0), (n, -1), ASIDE / 2 + APART) for n in away)]
    return Table(rows, colWidths=widths, hAlign="LEFT", repeatRows=1, splitInRow=1, style=style)


def _cell(column: Column, line: int, *, total: bool) -> Any:
    words, aside = (TOTAL, TOTAL_FIGURE) if total else (CELL, FIGURE)
    return written(column.cells[line], aside if column.figures else words)
