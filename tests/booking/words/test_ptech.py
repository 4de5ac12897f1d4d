"""P-TECH figures as French people read them."""

from booking.words.ptech import hours_words


def test_hours_have_a_comma_and_a_space_at_the_thousand():
    assert [hours_words(hours) for hours in (4.9, 35.0, 1006.5, 12000)] == [
        "4,9 h",
        "35 h",
        "1\u202f006,5 h",
        "12\u202f000 h",
    ]
