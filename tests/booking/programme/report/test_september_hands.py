"""What the file for France 2030 tells of the September hands: exact where all may read, masked where they may not."""

from __future__ import annotations

from itertools import product

import pytest

from booking.programme.figures.rules import is_few
from booking.programme.report.rules import Figures, Paragraph
from booking.programme.report.tell_hands import hands_blocks, hidden_lycees
from tests.workshops.september_hands.world import asked_lycees, count
from workshops.september_hands.queries import HandsLine, HandsOfYear, SilentLycee, hands

SAID = "nouveaux élèves présents disent être venus."


def a_year(*counts: tuple[int, int], silent: int = 0, year: int = 2026) -> HandsOfYear:
    lines = [
        HandsLine(year, place, f"025000{place}A", f"Lycée {place}", "Besançon", "25", "2de MTNE", present, hands)
        for place, (present, hands) in enumerate(counts, 1)
    ]
    return HandsOfYear(year, lines, [SilentLycee(90 + place, "Lycée", "Dole", "", silent) for place in range(silent)])


def test_each_lycee_has_its_line_and_each_year_its_sentence():
    years = [a_year((150, 30), (60, 4), silent=1), a_year((40, 6), silent=1, year=2025)]
    first, second, table = hands_blocks(years, masked=False)
    assert (first, second) == (
        Paragraph(f"Septembre 2026 : 34 des 210 {SAID} 2 lycées sur 3 ont répondu."),
        Paragraph(f"Septembre 2025 : 6 des 40 {SAID} 1 lycée sur 2 a répondu."),
    )
    assert isinstance(table, Figures)
    assert table.lines == (
        ("Lycée 1, Besançon", "2026-2027", 150, 30, 20),
        ("Lycée 2, Besançon", "2026-2027", 60, 4, 7),
        ("Lycée 1, Besançon", "2025-2026", 40, 6, 15),
    )


def test_a_lycee_of_a_few_hands_is_hidden_with_another_from_which_it_could_be_told():
    _, table = hands_blocks([a_year((150, 30), (60, 4), (90, 12))], masked=True)
    assert [line[2:] for line in table.lines] == [(150, 30, 20), ("masqué",) * 3, ("masqué",) * 3]


def test_so_few_in_all_are_not_told_and_a_year_that_nobody_was_asked_in_says_nothing():
    sentence, _ = hands_blocks([a_year((60, 4))], masked=True)
    assert sentence.text == "Septembre 2026 : Trop peu d'élèves pour le dire. Le seul lycée interrogé a répondu."
    assert hands_blocks([a_year()], masked=True) == ()
    assert hands_blocks([a_year(silent=2)], masked=True) == (
        Paragraph("Septembre 2026 : Aucun des 2 lycées interrogés n'a répondu."),
    )


@pytest.mark.parametrize("counts", [*product([(20, 0), (20, 1), (20, 4), (6, 6), (30, 28), (40, 20)], repeat=3)])
def test_no_hidden_count_can_be_told_from_the_sums(counts):
    year = a_year(*counts)
    hidden = [its.whole for its in year.lycees if its.lycee in hidden_lycees(year.lycees)]
    shown = [its.whole for its in year.lycees if its.lycee not in hidden_lycees(year.lycees)]
    for part in (lambda whole: whole.hands, lambda whole: whole.present - whole.hands):
        assert not any(is_few(part(whole)) for whole in shown)
        told = sum(part(whole) for whole in hidden)
        assert len(hidden) != 1 or not shown
        assert not is_few(told) or not shown


async def test_the_file_s_lines_are_those_of_the_database(db):
    lycees = await asked_lycees()
    await count(lycees.offers, ("2de MTNE", 150, 30), ("2de MRC", 60, 10))
    _, table = hands_blocks([await hands(2026)], masked=True)
    assert table.lines == (("Lycée Haag, Besançon", "2026-2027", 210, 40, 19),)
