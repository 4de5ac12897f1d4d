"""Words that several pages share."""

from __future__ import annotations

import pytest

from booking.words.ptech import hours_words
from booking.words.wording import of_school, spaced


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Collège Stendhal", "du Collège Stendhal"),
        ("COLLEGE PRIVE", "du COLLEGE PRIVE"),
        ("Lycée Jules Haag", "du Lycée Jules Haag"),
        ("École d'horlogerie", "de l'École d'horlogerie"),
        ("Institut Carnot", "de l'Institut Carnot"),
        ("Section professionnelle", "de Section professionnelle"),
    ],
)
def test_a_school_is_said_to_have_something_as_one_speaks(name, said):
    assert of_school(name) == said


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("à 10 h, ou à 8 h 30", "à 10\u00a0h, ou à 8\u00a0h\u00a030"),
        ("le lundi 7 décembre à 9 h", "le lundi 7 décembre à 9\u00a0h"),
        ("à 2 heures de route", "à 2 heures de route"),
    ],
)
def test_an_hour_stays_on_one_line_with_or_without_its_minutes(said, kept):
    assert spaced(said) == kept


def test_hours_have_a_comma_and_a_space_at_the_thousand():
    assert [hours_words(hours) for hours in (4.9, 35.0, 1006.5, 12000)] == [
        "4,9 h",
        "35 h",
        "1\u202f006,5 h",
        "12\u202f000 h",
    ]
