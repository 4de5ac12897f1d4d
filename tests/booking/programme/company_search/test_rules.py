"""A trade is found as people write it."""

from __future__ import annotations

import pytest

from booking.programme.company_search.rules import does, words_wanted


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("horlogers", "Horlogerie de précision"),
        ("HORLOGERIE", "horlogère, horlogerie"),
        ("mécaniques", "Mecanique generale"),
        ("travail des métaux", "Travail du métal"),
        ("micro technique", "Microtechniques et techniques fines"),
        ("usinag", "Usinage de pièces"),
        ("", "Menuiserie"),
        ("de la", "Menuiserie"),
    ],
)
def test_number_accents_and_a_slip_do_not_matter(typed, told):
    assert does(told, words_wanted(typed))


@pytest.mark.parametrize(
    ("typed", "told"), [("horlogers", "Menuiserie"), ("horlogerie bois", "Horlogerie"), ("lunettes", "")]
)
def test_another_trade_is_another(typed, told):
    assert not does(told, words_wanted(typed))
