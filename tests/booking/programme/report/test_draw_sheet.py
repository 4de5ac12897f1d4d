"""The committee's sheet: one A4 whatever it says, which a copier does not spoil."""

from __future__ import annotations

import pypdfium2
import pytest
from msgspec.structs import replace

from booking.day.papers.letterhead import Letterhead
from booking.programme.report.draw_bar import state_words
from booking.programme.report.draw_sheet import draw_sheet
from booking.programme.report.rules import SheetFigure
from tests.booking.day.papers.paper_visit import MARKUP, pages_of
from tests.booking.programme.report.read_back import pieces_of, squeezed
from tests.booking.programme.report.whole import whole_sheet

SCALE = 4
LEFT, RIGHT = 20.0, 190.0  # Millimetres.
LONG = "Une phrase que personne n'aurait dû écrire si longue, et qui va de virgule en virgule, " * 30


def test_the_six_numbers_the_sentences_and_what_is_late_are_read_on_one_a4():
    (page,) = pages_of(draw_sheet(whole_sheet(), head=Letterhead("Région académique, France 2030")))
    for words in (
        "Où en est le programme, 2026-2027",
        "Brouillon du mardi 1er décembre 2026, 9 h 02",
        "Région académique, France 2030",
        "page 1 sur 1",
        "En retard : 69 de moins",
        "attendu aujourd'hui : 1 502",
        "collégiens sur 6 000 ; prévu au terme : 4 242",
        "Moins de 5 : masqué",
        "objectif : 10 formations",
        *(figure.label for figure in whole_sheet().figures),
        *whole_sheet().sentences,
        *whole_sheet().late,
    ):
        assert squeezed(words) in squeezed(page), words
    assert [piece.words for piece in pieces_of(draw_sheet(whole_sheet())) if piece.words.isdigit()] == [
        "1703",
        "5",
        "382",
        "29",
    ]


@pytest.mark.parametrize(
    "sheet",
    [
        replace(whole_sheet(), late=tuple(f"Jalon numéro {n}, dû depuis longtemps" for n in range(200))),
        replace(whole_sheet(), late=(LONG,) * 40, sentences=(LONG, "x" * 3000, LONG)),
        replace(whole_sheet(), figures=whole_sheet().figures * 4, late=(LONG,) * 40),
        replace(whole_sheet(), figures=(), sentences=(), late=()),
        replace(whole_sheet(), figures=tuple(SheetFigure(LONG, LONG, 10**9, 10**9, 10**9, 10**9) for _ in range(6))),
    ],
    ids=["200 late", "long sentences", "24 numbers", "nothing", "long names"],
)
def test_it_is_one_page_whatever_it_says(sheet):
    document = pypdfium2.PdfDocument(draw_sheet(sheet))
    assert [tuple(round(side) for side in page.get_size()) for page in document] == [(595, 842)]


def test_what_is_late_beyond_the_page_is_counted_and_nothing_of_it_is_shown_half():
    late = tuple(f"Jalon numéro {n}, dû depuis longtemps" for n in range(200))
    (page,) = pages_of(draw_sheet(whole_sheet(late=late)))
    shown = [n for n in range(200) if f"Jalon numéro {n}, dû depuis longtemps" in page]
    assert shown == list(range(len(shown)))
    assert len(shown) >= 3
    assert f"et {200 - len(shown)} autres" in page


def test_where_nothing_is_late_it_says_so_and_where_the_bars_alone_are_that_nothing_else_is():
    (page,) = pages_of(draw_sheet(replace(whole_sheet(late=()), figures=())))
    assert "Rien n'est en retard." in page
    (page,) = pages_of(draw_sheet(whole_sheet(late=())))
    assert "Rien d'autre que ce que montrent les barres." in page


def test_what_is_typed_is_never_read_as_markup():
    figure = SheetFigure(MARKUP, MARKUP, 1, 2, 1, 2)
    sheet = replace(whole_sheet(late=(MARKUP,)), figures=(figure,), sentences=(MARKUP,))
    (page,) = pages_of(draw_sheet(sheet))
    assert squeezed(page).count(squeezed(MARKUP)) == 4


def row_of(image, middle):
    """Each point of a line across the bar whose middle is so high, in grey, between the margins."""
    high = round((842 - middle) * SCALE)
    return [image.getpixel((x, high)) for x in range(round(LEFT * 72 / 25.4 * SCALE), round(RIGHT * 72 / 25.4 * SCALE))]


@pytest.mark.parametrize("limit", [None, 128], ids=["in grey", "in black and white"])
def test_a_copier_keeps_what_is_counted_foreseen_and_due_apart(limit):
    sheet = replace(whole_sheet(), figures=(SheetFigure("Collégiens", "collégiens", 2000, 8000, 4000, 6000),))
    pdf = draw_sheet(sheet)
    (due,) = [piece for piece in pieces_of(pdf) if piece.words.startswith("attendu")]
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=SCALE).to_pil().convert("L")
    if limit is not None:
        image = image.point(lambda grey: 255 if grey >= limit else 0)
    bar = row_of(image, due.base + 13)
    quarter = len(bar) // 4
    dark = [sum(one < 128 for one in bar[n * quarter + 12 : (n + 1) * quarter - 12]) / (quarter - 24) for n in range(4)]
    full, hatched, again, empty = dark
    assert full > 0.98
    assert 0.1 < hatched < 0.5
    assert 0.1 < again < 0.5
    assert empty < 0.02
    # The line that says where one should be stands on paper, so that it is seen among the hatches.
    half = bar[2 * quarter - 10 : 2 * quarter + 10]
    assert min(half) < 90
    assert max(half[:6]) > 200
    assert max(half[-6:]) > 200


@pytest.mark.parametrize(
    ("done", "due", "hidden", "words"),
    [
        (1703, 1502, False, "Au rythme : 201 de plus"),
        (30, 30, False, "Au rythme"),
        (91, 100, False, "Un peu sous le rythme : 9 de moins"),
        (90, 100, False, "Un peu sous le rythme : 10 de moins"),
        (89, 100, False, "En retard : 11 de moins"),
        (0, 1200, False, "En retard : 1\u202f200 de moins"),
        (2000, 2000, False, "Atteint"),
        (2400, None, False, "Atteint"),
        (3, None, False, "Rien n'est dû aujourd'hui"),
        (None, 12, False, "Pas encore suivi"),
        (None, 12, True, "Moins de 5 : masqué"),
    ],
)
def test_each_number_says_where_it_stands(done, due, hidden, words):
    assert state_words(SheetFigure("Lycéens", "lycéens", done, 2000, due, None, hidden)) == words
