"""The file for France 2030 as a text document, for whoever goes on writing in it: headings, tables and pictures that
Word and LibreOffice know as such; the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence

import docx
from docx.document import Document
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Written

from booking.day.papers.draw_block import WIDE
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.programme.charts.png import picture
from booking.programme.charts.rules import Chart
from booking.programme.report.columns import abreast, beside
from booking.programme.report.docx_page import CELL, NOTE, STATE, THEIRS, clean, lay_out, lead_to, saved, show
from booking.programme.report.docx_table import HALF, ROOM, side_by_side, table_of
from booking.programme.report.printed import NOTHING, THEIR_WORDS, mask_of, provisional_of, state_of, title_of
from booking.programme.report.rules import Block, Drawn, Figures, Paragraph, Report, Words

CHART_WIDE, CHARTS_APART = 154.0, 4.0  # Millimetres.


def draw_docx(report: Report, *, head: Letterhead = NOBODY) -> bytes:
    """The whole file; what people typed in it stays text."""
    document = docx.Document()
    title, state = title_of(report), state_of(report)
    lay_out(document, title=title, foot=f"{title} · {state}", made_at=report.made_at, head=head)
    _write(document, title, "Title")
    _write(document, state, STATE)
    if words := provisional_of(report):
        _write(document, words, "Normal")
    _write(document, mask_of(report), NOTE)
    contents = _write(document, "", "Normal")
    for place, section in enumerate(report.sections, start=1):
        if place > 1:
            contents.add_run(" · ")
        lead_to(contents, _write(document, f"{place}. {section.title}", "Heading 1"), f"s{place}")
        for row in abreast(section.blocks, ROOM):
            _row(document, row)
        if not section.blocks:
            _write(document, NOTHING, NOTE)
    return saved(document)


def _write(document: Document, text: str, style: str) -> Written:
    return document.add_paragraph(clean(text), style=style)


def _row(document: Document, row: Sequence[Block]) -> None:
    """A block, or two that stand side by side."""
    match row:
        case [Figures() as left, Figures() as right]:
            _tables(document, left, right)
        case [Figures() as figures]:
            _figures(document, figures)
        case [Words(text)]:
            label, *lines = (
                _write(document, line, THEIRS) for line in (THEIR_WORDS, *text.splitlines()) if line.strip()
            )
            label.runs[0].font.size = Pt(8)
            [label, *lines][-1].paragraph_format.space_after = Pt(6)
        case [Paragraph(text, note)]:
            # A sentence stays with what it leads to.
            _write(document, text, NOTE if note else "Normal").paragraph_format.keep_with_next = not note
        case _:
            _charts(document, [block.chart for block in row if isinstance(block, Drawn)])


def _figures(document: Document, figures: Figures) -> None:
    _write(document, figures.title, "Heading 2")
    if figures.lines:
        # The body ends with the page's own settings.
        document.element.body.insert_element_before(table_of(figures, ROOM, style=CELL), "w:sectPr")
    else:
        _write(document, NOTHING, NOTE)
    if figures.rule:
        _write(document, figures.rule, NOTE)


def _tables(document: Document, left: Figures, right: Figures) -> None:
    """Two small ones side by side, under one rule where they share it."""
    left, right, rule = beside(left, right)
    document.element.body.insert_element_before(side_by_side(), "w:sectPr")
    cells = document.tables[-1].rows[0].cells
    for figures, cell in ((left, cells[0]), (right, cells[2])):
        title = cell.paragraphs[0]
        cell.add_paragraph(clean(figures.rule), style=NOTE)
        title.style = document.styles["Heading 2"]
        title.add_run(clean(figures.title))
        title.paragraph_format.element.addnext(table_of(figures, HALF, style=CELL))
    _write(document, rule, NOTE)


def _charts(document: Document, row: Sequence[Chart]) -> None:
    alone = len(row) == 1
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    wide = Mm(CHART_WIDE if alone else (WIDE - CHARTS_APART) / 2)
    for chart in row:
        words = f"{chart.title}. {chart.words}"
        show(paragraph, picture(chart, narrow=not alone), title=chart.title, words=words, width=wide)
    for chart in row:
        _write(document, chart.words if alone else f"{chart.title} : {chart.words}", NOTE)
