"""A week of a lycée is said from its Monday to its Friday."""

from datetime import date

import pytest

from booking.visits.hosting.week import weeks_of


@pytest.mark.parametrize(
    ("monday", "said"),
    [
        (date(2026, 12, 7), "7 au 11 déc."),
        (date(2026, 11, 30), "30 nov. au 4 déc."),
        (date(2027, 2, 1), "1er au 5 févr."),
        (date(2027, 3, 29), "29 mars au 2 avr."),
    ],
)
def test_a_week_names_its_month_once_unless_it_ends_in_another(monday, said):
    assert weeks_of(monday, [], [])[0].words == said
