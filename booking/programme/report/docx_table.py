"""A table of the text document: its head again on each page, figures to the right, its name for who hears it read."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from booking.day.badges.draw import INK
from booking.day.papers.draw_block import LINE, SAND, WIDE
from booking.programme.report.columns import APART, Column, columns_of
from booking.programme.report.docx_page import clean, hexadecimal
from booking.programme.report.rules import Figures

# Points: the width of the page, and what stands between two tables side by side.
ROOM, GUTTER = WIDE / 25.4 * 72, 18.0
HALF = (ROOM - GUTTER) / 2
# Lines of a table that stay on one page whole; of a longer one, those at its ends.
WHOLE, ENDS = 8, 2


def table_of(figures: Figures, room: float, *, style: str) -> Any:
    """The table as an element of the document, so many points wide; `style`: that of a cell's words."""
    columns = columns_of(figures, room)
    widths = [round(column.width * 20) for column in columns]
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    rows = "".join(_rows(figures, columns, style))
    look = 'w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"'
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="100" w:type="dxa"/>'
        '<w:bottom w:w="44" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook {look}/><w:tblCaption w:val="{escape(clean(figures.title))}"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def side_by_side() -> Any:
    """Two empty cells of half the width, which nothing shows, and which stay on one page."""
    widths = [round(wide * 20) for wide in (HALF, GUTTER, HALF)]
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    cells = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr><w:p/></w:tc>' for wide in widths)
    sides = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    )


def _rows(figures: Figures, columns: tuple[Column, ...], style: str) -> Iterator[str]:
    many = len(figures.lines)
    yield _row(columns, None, style, line=_line(8, INK), bold=True, together=True)
    for n in range(many):
        last = n == many - 1
        # The rule under a table stays with its end.
        together = bool(figures.rule) if last else n < ENDS or many <= WHOLE or n >= many - ENDS
        line = _line(8, INK) if figures.total and n == many - 2 else _line(4, LINE)
        yield _row(columns, n, style, line=line, bold=figures.total and last, together=together)


def _line(size: int, colour: Any) -> str:
    """What is drawn under a row, in eighths of a point."""
    line = f'<w:bottom w:val="single" w:sz="{size}" w:space="0" w:color="{hexadecimal(colour)}"/>'
    return f"<w:tcBorders>{line}</w:tcBorders>"


def _row(
    columns: tuple[Column, ...], line_number: int | None, style: str, *, line: str, bold: bool, together: bool
) -> str:
    """A line of the table, or its head, which is shown again on each page; no line is cut where a page ends."""
    head = line_number is None
    ground = (
        f'<w:shd w:val="clear" w:color="auto" w:fill="{hexadecimal(SAND)}"/><w:vAlign w:val="bottom"/>' if head else ""
    )
    keep, face = "<w:keepNext/>" if together else "", "<w:rPr><w:b/></w:rPr>" if bold else ""
    cells = []
    for column in columns:
        text = column.heading if line_number is None else column.cells[line_number]
        away = f'<w:ind w:left="{round(APART * 20)}"/>' if column.apart else ""
        aside = '<w:jc w:val="right"/>' if column.figures else ""
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{round(column.width * 20)}" w:type="dxa"/>{line}{ground}</w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}{away}{aside}</w:pPr>'
            f'<w:r>{face}<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r></w:p></w:tc>'
        )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"
