"""The file for France 2030 as PDF: A4, a table of contents, each section under its heading, the board's own drawings.

A heading never stands alone at the foot of a page, nor the head of a table without its first lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from msgspec import Struct
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Spacer, Table

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, fitted, printable
from booking.day.papers.draw import bound, titled
from booking.day.papers.draw_block import BODY, BRASS, HIGH, LINE, NOTE, PLAIN_TABLE, SAND, STRONG, TITLE, WIDE, written
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.programme.charts.paper import drawing_of
from booking.programme.charts.rules import Chart
from booking.programme.report.columns import APART, ASIDE, SIZE, Column, columns_of
from booking.programme.report.painted import Painted
from booking.programme.report.printed import NOTHING, THEIR_WORDS, mask_of, state_of, title_of
from booking.programme.report.rules import Block, Drawn, Figures, Paragraph, Report, Section, Words

ROOM, PAGE = WIDE * mm, HIGH * mm
SECTION = ParagraphStyle("section", BODY, fontName=BOLD, fontSize=14.5, leading=18, spaceBefore=0, spaceAfter=2)
TABLE_TITLE = ParagraphStyle("table-title", BODY, fontName=BOLD, fontSize=10, leading=13, spaceAfter=3)
TEXT = ParagraphStyle("text", BODY, fontSize=9.6, leading=13.2, spaceAfter=4)
RULE = ParagraphStyle("rule", NOTE, fontSize=8, leading=10.4, spaceAfter=0)
SMALL = ParagraphStyle("small", NOTE, spaceAfter=4)
CELL = ParagraphStyle("report-cell", BODY, fontSize=SIZE, leading=11, spaceAfter=0)
FIGURE = ParagraphStyle("report-figure", CELL, alignment=TA_RIGHT)
HEAD = ParagraphStyle("report-head", CELL, fontName=BOLD, fontSize=8.4, leading=10.4)
HEAD_FIGURE = ParagraphStyle("report-head-figure", HEAD, alignment=TA_RIGHT)
TOTAL = ParagraphStyle("report-total", CELL, fontName=BOLD)
TOTAL_FIGURE = ParagraphStyle("report-total-figure", TOTAL, alignment=TA_RIGHT)
# Points: between two blocks, before a section; a chart alone, and one of two abreast.
BETWEEN, BEFORE_SECTION = 11.0, 20.0
CHART_WIDE, CHARTS_APART = 436.0, 14.0
# Of the contents: from line to line, between its columns; from a heading to its line.
STEP, COLUMNS_APART, UNDER_HEADING = 15.0, 18.0, 4.0
TABLE: list[tuple[Any, ...]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("BACKGROUND", (0, 0), (-1, 0), SAND),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
    ("LEFTPADDING", (0, 0), (-1, -1), ASIDE / 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), ASIDE / 2),
    ("TOPPADDING", (0, 0), (-1, -1), 2.2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
]
# Lines that a table keeps together at each of its ends, and how high one may be to stand on one page whole.
ENDS, WHOLE_MOST = 3, 62 * mm


class Piece(Struct, frozen=True):
    """What a block is drawn as, and how high its first part is, which stays with what stands above it."""

    parts: list[Any]
    first: float


def draw_pdf(report: Report, *, head: Letterhead = NOBODY) -> bytes:
    """The whole file; what people typed in it is drawn as they typed it, and never read as markup."""
    title, state = title_of(report), state_of(report)
    story = [*titled(title, TITLE), written(state, STRONG), written(mask_of(report), SMALL), Spacer(1, 4)]
    if report.sections:
        story += [_contents(report.sections), Spacer(1, 2)]
    for place, section in enumerate(report.sections):
        story += _section(section, place)
    return bound(story, title=title, foot=f"{title} · {state}", head=head)


def _section(section: Section, place: int) -> Iterator[Any]:
    heading = [_heading(section, place), Spacer(1, 6)]
    pieces = list(_pieces(section.blocks)) or [_piece([written(NOTHING, SMALL)])]
    # A sentence that leads in stays with what it leads to.
    lead = isinstance(section.blocks[0], Paragraph) if len(pieces) > 1 else False
    first = _high(pieces[0].parts) + BETWEEN + pieces[1].first if lead else pieces[0].first
    yield Spacer(1, BEFORE_SECTION)
    yield CondPageBreak(_high(heading) + first)
    yield from heading
    yield from pieces[0].parts
    for piece in pieces[1:]:
        yield Spacer(1, BETWEEN)
        yield CondPageBreak(piece.first)
        yield from piece.parts


def _pieces(blocks: Sequence[Block]) -> Iterator[Piece]:
    """Each block; two charts that follow one another stand side by side."""
    for _, together in groupby(blocks, lambda block: isinstance(block, Drawn)):
        kind = list(together)
        charts = [block.chart for block in kind if isinstance(block, Drawn)]
        for start in range(0, len(charts), 2):
            row = charts[start : start + 2]
            yield _abreast(row) if len(row) > 1 else _chart(row[0])
        for block in kind:
            match block:
                case Paragraph(text, note):
                    yield _piece([written(text, SMALL if note else TEXT)])
                case Words(text):
                    yield _words(text)
                case Figures():
                    yield _table(block)


def _piece(parts: list[Any]) -> Piece:
    """What stands on one page whole."""
    return Piece(parts, _high(parts))


def _high(parts: Sequence[Any]) -> float:
    return sum(float(part.wrap(ROOM, PAGE)[1] + part.getSpaceBefore() + part.getSpaceAfter()) for part in parts)


def _words(text: str) -> Piece:
    """What the coordinator wrote, beside a bar of brass, so that nobody takes it for what is counted."""
    lines = [written(THEIR_WORDS, RULE), *(written(line, TEXT) for line in text.splitlines() if line.strip())]
    edge = [*PLAIN_TABLE, ("LINEBEFORE", (0, 0), (0, -1), 1.6, BRASS), ("LEFTPADDING", (0, 0), (-1, -1), 9)]
    table = Table([[line] for line in lines], colWidths=[ROOM], hAlign="LEFT", splitInRow=1, style=edge)
    return Piece([table], min(_high([table]), RULE.leading + 4 * TEXT.leading))


def _chart(chart: Chart) -> Piece:
    return _piece([written(chart.title, TABLE_TITLE), drawing_of(chart, wide=CHART_WIDE), written(chart.words, RULE)])


def _abreast(charts: Sequence[Chart]) -> Piece:
    wide = (ROOM - CHARTS_APART) / 2
    rows: list[list[Any]] = [
        [written(chart.title, TABLE_TITLE) for chart in charts],
        [drawing_of(chart, wide=wide, narrow=True) for chart in charts],
        [written(chart.words, RULE) for chart in charts],
    ]
    table = Table(
        [[before, "", after] for before, after in rows],
        colWidths=[wide, CHARTS_APART, wide],
        hAlign="LEFT",
        style=[*PLAIN_TABLE, ("VALIGN", (0, 0), (-1, 0), "BOTTOM")],
    )
    return _piece([table])


def _table(figures: Figures) -> Piece:
    title = written(figures.title, TABLE_TITLE)
    rule = [written(figures.rule, RULE)] if figures.rule else []
    if not figures.lines:
        return _piece([title, written(NOTHING, RULE), *rule])
    columns = columns_of(figures, ROOM)
    many = len(figures.lines)
    rows = [[written(column.heading, HEAD_FIGURE if column.figures else HEAD) for column in columns]]
    rows += [[_cell(column, n, total=figures.total and n == many - 1) for column in columns] for n in range(many)]
    style = [*TABLE, ("LINEBELOW", (0, 1), (-1, many), 0.35, LINE)]
    if figures.total:
        style.append(("LINEABOVE", (0, many), (-1, many), 0.8, INK))
    above, begins = _high([title]), _high([_laid(rows[: ENDS + 1], columns, style[: len(TABLE)])])
    if rule:
        # As a last line, so that it is never parted from the figures that it explains.
        rows.append([*rule, *[""] * (len(columns) - 1)])
        style += [("SPAN", (0, -1), (-1, -1)), ("TOPPADDING", (0, -1), (-1, -1), 4)]
    end = max(0, len(rows) - ENDS)
    # Lines that fill a page are cut where it ends.
    if max(begins, _high([_laid(rows[end:], columns, style[: len(TABLE)])])) < PAGE / 2:
        style += [("NOSPLIT", (0, 0), (0, min(ENDS, many))), ("NOSPLIT", (0, end), (0, -1))]
    table = _laid(rows, columns, style)
    whole = _high([table])
    return Piece([title, table], above + (whole if whole <= WHOLE_MOST else min(begins, PAGE / 2)))


def _laid(rows: list[list[Any]], columns: Sequence[Column], style: list[tuple[Any, ...]]) -> Table:
    widths = [column.width for column in columns]
    away = [n for n, column in enumerate(columns) if column.apart]
    style = [*style, *(("LEFTPADDING", (n, 0), (n, -1), ASIDE / 2 + APART) for n in away)]
    return Table(rows, colWidths=widths, hAlign="LEFT", repeatRows=1, splitInRow=1, style=style)


def _cell(column: Column, line: int, *, total: bool) -> Any:
    words, aside = (TOTAL, TOTAL_FIGURE) if total else (CELL, FIGURE)
    return written(column.cells[line], aside if column.figures else words)


def _heading(section: Section, place: int) -> Painted:
    """The heading of a section over a thin line; readers find it in the outline, and by its page in the contents."""
    words = _numbered(section, place)
    heading = written(words, SECTION)
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
