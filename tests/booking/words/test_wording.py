"""Words that several pages share."""

import pytest

from booking.words.wording import of_school


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
