"""The file as a text document: every figure is read back out of it, by the library and by LibreOffice."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table

from booking.day.papers.letterhead import Letterhead
from booking.programme.report.draw_docx import draw_docx
from booking.programme.report.rules import Figures, Paragraph, Report, Section, Words
from tests.booking.day.papers.paper_visit import MARKUP, pages_of, plain
from tests.booking.programme.report.read_back import (
    cells_of,
    figures_of,
    pieces_of,
    read_tables,
    squeezed,
    tables_of,
    through_libreoffice,
)
from tests.booking.programme.report.whole import BY_LYCEE, BY_MONTH, CURVE, LYCEES, MADE_AT, RULE, whole_report


def opened(report, **more):
    return docx.Document(BytesIO(draw_docx(report, **more)))


def report_of(*blocks, title="TECHNILAB"):
    return Report("2026-2027", MADE_AT, False, True, (Section("technilab", title, blocks),))


def tables_in(document):
    """Its tables of figures as the library knows them."""
    return [Table(table, document) for table in document.element.body.xpath(".//w:tbl[w:tblPr/w:tblCaption]")]


def test_every_figure_of_the_file_is_a_cell_of_a_table_of_the_document():
    report = whole_report()
    assert tables_of(draw_docx(report)) == [cells_of(figures) for figures in figures_of(report)]


def test_libreoffice_reads_every_figure_in_its_place_on_eight_pages_at_most(tmp_path):
    report = whole_report()
    tables = figures_of(report)
    pdf = through_libreoffice(draw_docx(report, head=Letterhead("Région académique")), tmp_path)
    cells = sum(len(figures.columns) * (1 + len(figures.lines)) for figures in tables)
    assert read_tables(pieces_of(pdf), tables) == cells
    pages = pages_of(pdf)
    assert len(pages) <= 8
    for place, page in enumerate(pages, start=1):
        assert f"page {place} sur {len(pages)}" in page
        assert "Brouillon du mardi 1er décembre 2026" in page
        assert "Région académique" in page
    words = squeezed(" ".join(pages))
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Words | Paragraph):
                assert squeezed(block.text) in words


def test_word_finds_headings_heads_of_tables_and_figures_to_the_right():
    document = opened(whole_report())
    headings = [plain(one.text) for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings == [f"{n}. {section.title}" for n, section in enumerate(whole_report().sections, start=1)]
    titles = document.element.body.xpath(".//w:p[w:pPr/w:pStyle/@w:val='Heading2']")
    assert [plain(title.text) for title in titles] == [figures.title for figures in figures_of(whole_report())]
    for table, figures in zip(tables_in(document), figures_of(whole_report()), strict=True):
        repeated = [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows]
        assert repeated == [True, *[False] * len(figures.lines)]
        for n in range(len(figures.columns)):
            if n and isinstance(figures.lines[0][n], int | float):
                sides = {row.cells[n].paragraphs[0].alignment for row in table.rows}
                assert sides == {WD_ALIGN_PARAGRAPH.RIGHT}
        assert table.rows[1].cells[0].paragraphs[0].alignment is None


def test_its_contents_lead_to_each_section():
    document = opened(whole_report())
    (contents,) = (one for one in document.paragraphs if one.hyperlinks)
    for link in contents.hyperlinks:
        (place,) = document.element.body.xpath(f".//w:bookmarkStart[@w:name='{link.fragment}']/..")
        assert (place.style, place.text) == ("Heading1", link.text)
    sections = enumerate(whole_report().sections, start=1)
    assert plain(contents.text) == " · ".join(plain(f"{n}. {section.title}") for n, section in sections)


def test_each_drawing_is_a_picture_with_its_sentence_for_those_who_cannot_see_it():
    inlines = opened(whole_report()).element.body.xpath(".//wp:inline")
    alternatives = [inline.docPr.get("descr") for inline in inlines]
    assert [plain(words) for words in alternatives] == [
        plain(f"{chart.title}. {chart.words}") for chart in (CURVE, BY_MONTH, BY_LYCEE)
    ]


def test_the_document_is_a4_french_and_names_no_person():
    document = opened(whole_report())
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    about = document.core_properties
    assert (about.title, about.author, about.last_modified_by, about.comments, about.language) == (
        *("Dossier France 2030, 2026-2027", "Technilab", "", "", "fr-FR"),
    )
    assert about.created == MADE_AT.replace(tzinfo=about.created.tzinfo)
    languages = {one.get(docx.oxml.ns.qn("w:val")) for one in document.styles.element.xpath("w:docDefaults//w:lang")}
    assert languages == {"fr-FR"}
    with ZipFile(BytesIO(draw_docx(whole_report()))) as parts:
        held = b"".join(parts.read(name) for name in parts.namelist())
    assert b"python-docx" not in held
    assert b"Macintosh" not in held


def test_the_same_figures_are_the_same_bytes():
    assert draw_docx(whole_report()) == draw_docx(whole_report())


def test_what_people_typed_stays_words_also_where_a_document_cannot_hold_them(tmp_path):
    typed = f'{MARKUP} " \x00\x1f\ud800 fin'
    figures = Figures(typed, (typed, "Élèves"), ((typed, 12),), typed)
    report = report_of(Paragraph(typed), Words(f"{typed}\n{typed}"), figures, title=typed)
    document = opened(report, head=Letterhead(typed))
    read = [one.text for one in document.paragraphs] + [tables_in(document)[0].rows[1].cells[0].text]
    assert sum(plain(f'{MARKUP} " fin') in plain(text) for text in read) == 8
    assert squeezed(MARKUP) in squeezed(" ".join(pages_of(through_libreoffice(draw_docx(report), tmp_path))))


def test_a_section_a_table_or_a_year_without_anything_says_so():
    def said(report):
        return [one.text for one in opened(report).paragraphs]

    assert said(report_of())[-2:] == ["1. TECHNILAB", "Rien pour cette année."]
    assert said(report_of(Figures("Jalons", ("Jalon",), ())))[-2:] == ["Jalons", "Rien pour cette année."]
    assert said(Report("2031-2032", MADE_AT, True, False, ()))[:2] == [
        *("Dossier France 2030, 2031-2032", "Version finale du mardi 1er décembre 2026, 9\u00a0h\u00a002"),
    ]


def test_the_sum_of_a_table_is_bold():
    table = tables_in(opened(report_of(LYCEES)))[0]
    assert [row.cells[0].paragraphs[0].runs[0].bold for row in table.rows] == [True, *[None] * 5, True]


def test_two_small_tables_stand_side_by_side_under_the_rule_that_they_share(tmp_path):
    def small(title, first, rule):
        return Figures(title, ("Niveau", "Élèves"), (("4e", first), ("3e", first + 1)), rule)

    shared = report_of(small("Par niveau", 115, RULE), small("Par sexe", 53, RULE), small("Par distance", 22, "Autre."))
    pieces = pieces_of(through_libreoffice(draw_docx(shared), tmp_path))
    left, right, below = (
        next(one for one in pieces if one.words == squeezed(t)) for t in ("Par niveau", "Par sexe", "Par distance")
    )
    assert abs(left.base - right.base) < 3
    assert right.left > left.left + 200
    assert below.base < left.base - 60
    assert sum(squeezed(RULE) == one.words for one in pieces) == 1
    assert read_tables(pieces, figures_of(shared)) == 18
