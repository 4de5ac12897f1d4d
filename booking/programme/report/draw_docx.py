"""The file for France 2030 as a text document, for whoever goes on writing in it: headings, tables and pictures that
Word and LibreOffice know as such; the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby

import docx
from docx.document import Document
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Written

from booking.day.papers.draw_block import WIDE
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.programme.charts.png import picture
from booking.programme.report.docx_page import CELL, NOTE, STATE, THEIRS, clean, lay_out, saved
from booking.programme.report.docx_table import table_of
from booking.programme.report.printed import NOTHING, THEIR_WORDS, mask_of, state_of, title_of
from booking.programme.report.rules import Block, Drawn, Figures, Paragraph, Report, Words

CHART_WIDE, CHARTS_APART = 154.0, 4.0  # Millimetres.


def draw_docx(report: Report, *, head: Letterhead = NOBODY) -> bytes:
    """The whole file; what people typed in it stays text."""
    document = docx.Document()
    title, state = title_of(report), state_of(report)
    lay_out(document, title=title, foot=f"{title} · {state}", made_at=report.made_at, head=head)
    _write(document, title, "Title")
    _write(document, state, STATE)
    _write(document, mask_of(report), NOTE)
    for place, section in enumerate(report.sections, start=1):
        _write(document, f"{place}. {section.title}", "Heading 1")
        for _, blocks in groupby(section.blocks, lambda block: isinstance(block, Drawn)):
            _blocks(document, list(blocks))
        if not section.blocks:
            _write(document, NOTHING, NOTE)
    return saved(document)


def _write(document: Document, text: str, style: str) -> Written:
    return document.add_paragraph(clean(text), style=style)


def _blocks(document: Document, blocks: Sequence[Block]) -> None:
    """Charts that follow one another, two abreast as long as there are two; or what stands between charts."""
    charts = [block for block in blocks if isinstance(block, Drawn)]
    for start in range(0, len(charts), 2):
        _charts(document, charts[start : start + 2])
    for block in blocks:
        match block:
            case Paragraph(text, note):
                # A sentence stays with what it leads to.
                _write(document, text, NOTE if note else "Normal").paragraph_format.keep_with_next = True
            case Words(text):
                _write(document, THEIR_WORDS, THEIRS).runs[0].font.size = Pt(8)
                for line in filter(str.strip, text.splitlines()):
                    _write(document, line, THEIRS)
            case Figures():
                _figures(document, block)


def _figures(document: Document, figures: Figures) -> None:
    _write(document, figures.title, "Heading 2")
    if figures.lines:
        # The body ends with the page's own settings.
        document.element.body.insert_element_before(table_of(figures, style=CELL), "w:sectPr")
    else:
        _write(document, NOTHING, NOTE)
    if figures.rule:
        _write(document, figures.rule, NOTE).paragraph_format.space_before = Pt(3)


def _charts(document: Document, row: Sequence[Drawn]) -> None:
    alone = len(row) == 1
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    for drawn in row:
        chart, run = drawn.chart, paragraph.add_run()
        wide = Mm(CHART_WIDE if alone else (WIDE - CHARTS_APART) / 2)
        inline = run.part.new_pic_inline(BytesIO(picture(chart, narrow=not alone)), wide)
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")
        inline.docPr.set("name", clean(chart.title))
        inline.docPr.set("descr", clean(f"{chart.title}. {chart.words}"))
        run.element.add_drawing(inline)
    for drawn in row:
        _write(document, drawn.chart.words if alone else f"{drawn.chart.title} : {drawn.chart.words}", NOTE)
