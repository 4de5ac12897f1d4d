from datetime import date

import pytest

from workshops.results.rules import Left, Past, due, evenly, forecast, left

FROM, TO = date(2024, 9, 1), date(2029, 8, 31)


@pytest.mark.parametrize(
    ("today", "past", "expected"),
    [
        (date(2024, 8, 31), Past(0, 0, 0), None),
        (date(2024, 9, 1), Past(0, 0, 0), 0),
        (date(2028, 8, 31), Past(1842, 365, 0), 1842 + 365),
        (date(2027, 12, 1), Past(3000, 1200, 800), 3000 + 1200 + 800),
        (date(2027, 12, 1), Past(3000, 1200, 800, awaited=1999), 3000 + 2000),
        (date(2027, 12, 1), Past(3000, 1200, 800, awaited=2500), 3000 + 2500),
        (TO, Past(5310, 1000, 0), 5310),
        (date(2030, 1, 1), Past(5310, 0, 0), 5310),
    ],
)
def test_the_days_to_come_bring_what_the_same_days_of_last_year_brought(today: date, past: Past, expected: int | None):
    assert forecast(past, from_on=FROM, to_on=TO, today=today) == expected


@pytest.mark.parametrize(
    ("today", "rest"),
    [
        (date(2026, 11, 26), Left(2, date(2025, 11, 26), date(2026, 8, 31))),
        (date(2028, 8, 31), Left(1, date(2027, 8, 31), date(2027, 8, 31))),
        (date(2028, 9, 1), Left(0, date(2027, 9, 1), date(2028, 8, 31))),
        (date(2028, 2, 29), Left(1, date(2027, 2, 28), date(2027, 8, 31))),
    ],
)
def test_what_is_left_is_whole_years_and_then_days_of_the_past_year(today: date, rest: Left):
    assert left(to_on=TO, today=today) == rest


def test_a_first_year_goes_on_at_the_pace_of_its_days():
    today = date(2024, 12, 9)
    seen = evenly(Past(100, 100, 0), from_on=FROM, to_on=TO, today=today)
    assert seen == Past(100, 366, 266)


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
