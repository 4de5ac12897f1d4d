from datetime import date

import pytest

from workshops.results.rules import due, evenly, hoped, missing_a_year

TODAY, TO = date(2026, 11, 29), date(2028, 8, 31)
JANUARY, MARCH, JULY = {date(2026, 1, 12): 20}, {date(2026, 3, 10): 30}, {date(2026, 7, 2): 7}


@pytest.mark.parametrize(
    ("brought", "known", "expected"),
    [
        # Nothing came last year: nothing is hoped.
        ({}, {}, 0),
        # January comes twice until the end, March too.
        (JANUARY | MARCH, {}, 20 + 20 + 30 + 30),
        # What is engaged of a month is no more hoped of it, of the one that follows it is.
        (JANUARY, {date(2027, 1, 1): 12}, 8 + 20),
        # A month that is fuller than last year's does not take from the others.
        (JANUARY | MARCH, {date(2027, 1, 1): 24}, 0 + 20 + 30 + 30),
        # What is engaged where last year brought nothing changes nothing.
        (JANUARY, {date(2027, 2, 1): 24}, 20 + 20),
        # Of this month, the days to come.
        ({date(2025, 11, 28): 9, date(2025, 11, 29): 9, date(2025, 11, 30): 11}, {}, 11 + 11),
        ({date(2025, 11, 30): 11}, {date(2026, 11, 1): 11}, 0 + 11),
        # What this month brought already comes again in a year, and not within this one.
        ({date(2026, 11, 12): 15}, {}, 15),
        # Beyond the last 12 months nothing tells; the target's last day does.
        ({date(2025, 11, 12): 99}, {}, 0),
        ({date(2026, 8, 31): 5, date(2025, 12, 1): 6}, {}, 5 + 5 + 6 + 6),
        (JULY, {date(2028, 7, 1): 3}, 7 + 4),
    ],
)
def test_each_month_left_may_bring_what_last_years_brought_beyond_what_is_engaged_of_it(brought, known, expected):
    assert hoped(brought, known, to_on=TO, today=TODAY) == expected


def test_nothing_is_hoped_of_a_day_after_the_targets_last_one():
    brought = {date(2026, 8, 31): 5, date(2026, 9, 1): 9}
    assert hoped(brought, {}, to_on=date(2027, 8, 31), today=TODAY) == 5


def test_the_twenty_ninth_of_february_comes_again_the_day_before():
    told = {date(2028, 2, 29): 4}
    assert hoped(told, {}, to_on=date(2029, 2, 28), today=date(2028, 3, 1)) == 4
    assert hoped(told, {}, to_on=date(2029, 2, 27), today=date(2028, 3, 1)) == 0


def test_a_first_year_goes_on_at_the_pace_of_its_days():
    first, today = date(2024, 9, 1), date(2024, 12, 9)
    usual = evenly({date(2024, 10, 1): 100}, from_on=first, today=today)
    assert (len(usual), sum(usual.values())) == (267, 366)
    assert min(usual) == date(2023, 12, 10)
    assert evenly({first: 3}, from_on=date(2020, 1, 1), today=today) == {first: 3}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 1, 1), 0),
        (date(2025, 8, 31), 0),
        (date(2025, 9, 1), 10),
        (date(2025, 9, 19), 190),
        (date(2025, 12, 9), 1000),
        (date(2030, 1, 1), 1000),
    ],
)
def test_the_pace_line_rises_by_as_much_each_day(on: date, expected: int):
    assert due(1000, from_on=date(2025, 9, 1), to_on=date(2025, 12, 9), on=on) == expected


@pytest.mark.parametrize(
    ("lacking", "to_on", "expected"),
    [
        (3_000, date(2030, 12, 9), 750),
        (-10, date(2030, 12, 9), 0),
        (10, date(2030, 12, 9), 3),
        (301, date(2027, 6, 9), 301),
        (6_000, date(2026, 12, 10), 6_000),
        (6_000, date(2026, 12, 9), 0),
    ],
)
def test_each_year_left_has_its_part_of_what_would_be_lacking(lacking, to_on, expected):
    assert missing_a_year(lacking, to_on=to_on, today=date(2026, 12, 9)) == expected
