"""The file as PDF: every figure is read back out of it, and no page looks as if something had slipped."""

from __future__ import annotations

from itertools import pairwise

import pypdfium2
import pytest
from msgspec.structs import replace

from booking.day.papers.letterhead import Letterhead
from booking.programme.charts.marks import Caption
from booking.programme.charts.plot import plot
from booking.programme.charts.rules import Bars
from booking.programme.report.draw_pdf import draw_pdf
from booking.programme.report.rules import Drawn, Figures, Paragraph, Report, Section, Words
from tests.booking.day.papers.paper_visit import MARKUP, pages_of
from tests.booking.programme.report.read_back import figures_of, pieces_of, read_tables, squeezed
from tests.booking.programme.report.whole import BY_LYCEE, BY_MONTH, CURVE, LYCEES, MADE_AT, RULE, whole_report

A4 = (595.3, 841.9)


def report_of(*blocks, title="TECHNILAB"):
    return Report("2026-2027", MADE_AT, False, True, (Section("technilab", title, blocks),))


def table_of(lines, *, rule=RULE, title="Par lycée"):
    return Figures(title, ("Lycée", "Élèves"), tuple((f"Lycée numéro {n}", 1000 + n) for n in range(lines)), rule)


def words_of(report, **more):
    return squeezed(" ".join(pages_of(draw_pdf(report, **more))))


def test_every_figure_of_the_file_is_read_back_out_of_its_pdf_cell_by_cell():
    report = whole_report()
    tables = figures_of(report)
    cells = sum(len(figures.columns) * (1 + len(figures.lines)) for figures in tables)
    assert read_tables(pieces_of(draw_pdf(report)), tables) == cells > 500


def test_every_sentence_and_every_word_of_a_drawing_is_in_it_too():
    drawn = words_of(whole_report())
    said = [chart.title for chart in (CURVE, BY_MONTH, BY_LYCEE)] + [
        chart.words for chart in (CURVE, BY_MONTH, BY_LYCEE)
    ]
    laid = [plot(CURVE, narrow=True), plot(BY_MONTH, narrow=True), plot(BY_LYCEE, narrow=False)]
    said += [mark.text for drawing in laid for mark in drawing.marks if isinstance(mark, Caption)]
    for section in whole_report().sections:
        said += [section.title, *(block.title for block in section.blocks if isinstance(block, Figures))]
        said += [block.rule for block in section.blocks if isinstance(block, Figures)]
        said += [line for block in section.blocks if isinstance(block, Words) for line in block.text.splitlines()]
        said += [block.text for block in section.blocks if isinstance(block, Paragraph)]
    assert [text for text in said if squeezed(text) not in drawn] == []


def test_a_full_file_takes_eight_pages_of_a4_at_most():
    pages = pypdfium2.PdfDocument(draw_pdf(whole_report()))
    assert {tuple(round(side, 1) for side in page.get_size()) for page in pages} == {A4}
    assert len(pages) <= 8


def test_a_reader_knows_on_each_page_which_file_it_is_and_whether_it_may_still_change():
    for final, state in ((False, "Brouillon"), (True, "Version finale")):
        pages = pages_of(draw_pdf(whole_report(final=final), head=Letterhead("Région académique, France 2030")))
        for place, page in enumerate(pages, start=1):
            assert f"Dossier France 2030, 2026-2027 · {state} du mardi 1er décembre 2026, 9 h 02" in page
            assert f"page {place} sur {len(pages)}" in page
            assert "Région académique, France 2030" in page


def test_the_first_page_says_what_is_done_of_small_counts():
    assert "Un effectif inférieur à 5 est masqué" in pages_of(draw_pdf(whole_report()))[0]
    shown = pages_of(draw_pdf(whole_report(masked=False)))[0]
    assert "Les effectifs inférieurs à 5 sont montrés : ce dossier ne se publie pas." in shown


def test_the_outline_and_the_contents_lead_to_the_page_on_which_a_section_begins():
    report = whole_report()
    document = pypdfium2.PdfDocument(draw_pdf(report))
    pages, pieces = pages_of(draw_pdf(report)), pieces_of(draw_pdf(report))
    outline = list(document.get_toc())
    headings = [f"{place}. {section.title}" for place, section in enumerate(report.sections, start=1)]
    assert [entry.get_title() for entry in outline] == headings
    for entry, heading in zip(outline, headings, strict=True):
        page = entry.get_dest().get_index()
        assert heading in pages[page]
        words = next(piece for piece in pieces if piece.words == squeezed(heading))
        beside = [
            one.words for one in pieces if one.page == 0 and abs(one.base - words.base) < 3 and one.left > words.left
        ]
        assert beside[0] == str(page + 1)


def test_the_document_says_its_title_and_its_language_and_names_nobody():
    document = pypdfium2.PdfDocument(draw_pdf(whole_report()))
    about = document.get_metadata_dict()
    assert (about["Title"], about["Author"]) == ("Dossier France 2030, 2026-2027", "Technilab")
    assert b"/Lang (fr)" in draw_pdf(whole_report())


def test_the_same_figures_are_the_same_bytes():
    assert draw_pdf(whole_report()) == draw_pdf(whole_report())


def test_what_people_typed_is_never_read_as_markup():
    chart = Bars(MARKUP, MARKUP, "élèves", ((MARKUP, 12), ("Autre", 3)))
    figures = Figures(MARKUP, (MARKUP, "Élèves"), ((MARKUP, 12), (MARKUP, MARKUP)), MARKUP)
    report = report_of(Paragraph(MARKUP), Words(f"{MARKUP}\n{MARKUP}"), figures, Drawn(chart), title=MARKUP)
    pdf = draw_pdf(report, head=Letterhead(MARKUP))
    assert squeezed(" ".join(pages_of(pdf))).count(squeezed(MARKUP)) >= 14
    image = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    assert [item for page in pypdfium2.PdfDocument(pdf) for item in page.get_objects(filter=[image])] == []


@pytest.mark.parametrize(
    "name",
    ["Lycée " * 60, "x" * 900, "Établissement public local d'enseignement " * 50, "Lycée Łukasiewicz 漢字 🎓 Čapek"],
    ids=["many words", "one word", "a page of them", "other letters"],
)
def test_a_very_long_or_foreign_name_takes_its_room_and_hides_no_figure(name):
    columns = ("Lycée", "Élèves", "Groupes", "Visites", "Note")
    figures = Figures(name[:200], columns, ((name, 1201, 9, 8, name), ("Autre", 30, 2, 2, "")), name[:300])
    drawn = words_of(report_of(Words(name), figures, title=name[:200]))
    assert squeezed(name) in drawn
    for count in ("1201", "30"):
        assert count in drawn


def test_a_table_of_many_columns_stays_within_the_page():
    columns = tuple(f"Colonne numéro {n}" for n in range(16))
    figures = Figures("Large", columns, (("Ensemble", *(100_000 + n for n in range(15))),))
    assert all(piece.right < 596 - 55 for piece in pieces_of(draw_pdf(report_of(figures))))


def test_a_section_a_table_or_a_year_without_anything_says_so():
    empty = Figures("Jalons", ("Jalon", "Échéance"), ())
    assert squeezed("TECHNILAB Rien pour cette année.") in words_of(report_of())
    assert squeezed("Jalons Rien pour cette année.") in words_of(report_of(empty))
    assert len(pages_of(draw_pdf(Report("2031-2032", MADE_AT, False, True, ())))) == 1
    assert squeezed("2031-2032") in words_of(Report("2031-2032", MADE_AT, False, True, ()))


def test_a_long_table_goes_on_overleaf_under_its_head_and_ends_with_its_rule():
    figures = table_of(140)
    pieces = pieces_of(draw_pdf(report_of(figures)))
    assert read_tables(pieces, [figures]) == 2 * 141
    last = [piece for piece in pieces if piece.page == pieces[-1].page]
    assert pieces[-1].page >= 2
    assert [piece.words for piece in last[:2]] == ["Lycée", "Élèves"]
    assert squeezed("Lycée numéro 138") in [piece.words for piece in last]
    assert squeezed(RULE).endswith(pieces[-1].words)


def test_no_heading_stands_alone_at_the_foot_of_a_page_and_no_table_is_cut_after_its_head():
    before = [Paragraph(f"Une phrase de plus, numéro {n}.") for n in range(60)]
    for above in range(0, 60, 3):
        for lines in (2, 5, 30):
            figures = table_of(lines)
            report = report_of(*before[:above])
            report = replace(
                report, sections=(*report.sections, Section("later", "Le second", (Words("Un mot."), figures)))
            )
            pieces = pieces_of(draw_pdf(report))
            found = [n for n, piece in enumerate(pieces) if piece.words == squeezed("2. Le second")][-1]
            heading, label, words, title, *cells = pieces[found:]
            assert [label.words, words.words, title.words] == ["Motsdelacoordination", "Unmot.", "Parlycée"]
            assert heading.page == label.page == words.page
            kept = [piece for piece in cells if piece.page == title.page]
            assert len(kept) >= 2 + 2 * min(3, lines), (above, lines)


def test_figures_stand_under_one_another_at_the_right():
    pieces = pieces_of(draw_pdf(report_of(LYCEES)))
    counts = [piece for piece in pieces if piece.words in {"201", "164", "120", "97", "30", "612"}]
    assert len(counts) == 6
    assert max(one.right for one in counts) - min(one.right for one in counts) < 2


def test_two_small_tables_stand_side_by_side_under_the_rule_that_they_share():
    small = [
        Figures(title, ("Niveau", "Élèves"), (("4e", 115), ("3e", 22)), RULE) for title in ("Par niveau", "Par sexe")
    ]
    other = replace(small[0], title="Par distance", rule="À vol d'oiseau.")
    pieces = pieces_of(draw_pdf(report_of(*small, other, small[0])))
    titles = [one for one in pieces if one.words in {"Parniveau", "Parsexe", "Pardistance"}]
    assert [one.words for one in titles] == ["Parniveau", "Parsexe", "Pardistance", "Parniveau"]
    assert [round(one.left) for one in titles] == [57, 307, 57, 307]
    assert titles[0].base == pytest.approx(titles[1].base, abs=1)
    assert sum(one.words == squeezed(RULE) for one in pieces) == 1
    assert read_tables(pieces, [*small, other, small[0]]) == 24


def test_a_table_of_long_words_or_of_many_lines_stands_alone():
    wordy = Figures("Jalons", ("Jalon", "Mesure"), (("Équiper", "mesure " * 300),))
    long = table_of(30, title="Longue")
    pieces = pieces_of(draw_pdf(report_of(wordy, wordy, long, long)))
    assert {round(one.left) for one in pieces if one.words in {"Jalons", "Longue"}} == {57}


def test_a_long_paragraph_is_cut_where_its_page_ends_and_leaves_no_hole():
    above = [Paragraph(f"Une phrase de plus, numéro {n}.") for n in range(20)]
    for more in range(6):
        note = Paragraph("Une règle de comptage qui ne finit pas. " * 70, note=True)
        pieces = pieces_of(draw_pdf(report_of(*above, *above[:more], note)))
        lines = [piece for piece in pieces if "finitpas" in piece.words]
        first = [one for one in lines if one.page == 0]
        later = [one for one in lines if one.page == 1]
        assert len(first) >= 2
        assert len(later) != 1
        for part in (first, later):
            assert all(one.base - after.base < 12 for one, after in pairwise(part))
