"""A column of figures stands to the right and is never broken; a table takes the width of its page."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from msgspec.structs import replace
from reportlab.pdfbase.pdfmetrics import stringWidth

from booking.day.badges.draw import PLAIN, printable
from booking.programme.report.columns import ASIDE, SIZE, abreast, columns_of
from booking.programme.report.rules import Figures, Paragraph


def columns(*cells, first="Lycée Jules Haag"):
    return columns_of(Figures("", ("Lycée", "Chiffre"), tuple((first, cell) for cell in cells)), 480)


@pytest.mark.parametrize(
    ("cells", "printed", "figures"),
    [
        ((1703, None, 0), ("1\u202f703", "", "0"), True),
        ((12, "moins de 5"), ("12", "moins de 5"), True),
        ((24.25, 38.0, 7), ("24,2", "38,0", "7,0"), True),
        ((38.0, 1412.0), ("38", "1\u202f412"), True),
        (("18\u202f563 €", "45 €"), ("18 563 €", "45 €"), True),
        (("12 %", ""), ("12 %", ""), True),
        ((None, None), ("", ""), True),
        ((date(2026, 12, 1), None), ("1er déc. 2026", ""), False),
        (("Ouvert", "2 ateliers"), ("Ouvert", "2 ateliers"), False),
    ],
)
def test_a_cell_is_read_as_a_person_writes_it_and_figures_stand_to_the_right(cells, printed, figures):
    column = columns(*cells)[1]
    assert (column.cells, column.figures) == (printed, figures)


def test_the_first_column_says_what_a_line_is_even_where_it_is_a_year():
    assert [column.figures for column in columns(12, first=2026)] == [False, True]


def test_a_table_takes_the_width_of_its_page_and_breaks_no_figure_while_words_can_give_way():
    chance = Random(26)
    for _ in range(200):
        many = chance.randint(2, 9)
        kinds = [chance.choice(("figure", "words")) for _ in range(many - 1)]
        lines = tuple(
            (
                "Lycée " * chance.randint(1, 12),
                *(chance.randint(0, 99_999) if kind == "figure" else "mot " * chance.randint(0, 40) for kind in kinds),
            )
            for _ in range(chance.randint(1, 6))
        )
        found = columns_of(Figures("", ("Lycée", *kinds), lines), 480)
        assert sum(column.width for column in found) == pytest.approx(480)
        for column in found:
            if column.figures:
                widest = max(stringWidth(printable(cell), PLAIN, SIZE) for cell in column.cells)
                assert column.width >= widest + ASIDE


def test_a_sentence_among_figures_is_broken_rather_than_taking_the_page():
    lines = tuple((f"Lycée {n}", 1200 + n, "Un mot") for n in range(3))
    told = (
        "Lycée de Mouchard",
        "Aucun nombre n'est encore connu de ce lycée, qui ouvre en janvier. " * 3,
        "Un autre mot",
    )
    first, second, third = columns_of(Figures("", ("Lycée", "Élèves", "Note"), (*lines, told)), 480)
    assert second.figures
    assert second.width < 200
    assert min(first.width, third.width) > 80


def test_a_note_under_a_table_without_a_rule_is_its_rule_and_no_other_is():
    note, sentence = Paragraph("Les comptes font foi.", note=True), Paragraph("Deux jalons sont en retard.")
    wide = Figures("Sommes", ("Somme", "Source"), (("Enveloppe", "Convention " * 30),))
    ruled = replace(wide, rule="Au 1er décembre.")
    assert list(abreast((wide, note, note), 480)) == [(replace(wide, rule=note.text),), (note,)]
    assert list(abreast((wide, sentence, ruled, note, wide), 480)) == [(wide,), (sentence,), (ruled,), (note,), (wide,)]
