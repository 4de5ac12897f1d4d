from datetime import date

import pytest

from workshops.results.rules import due, forecast, masked, share

FROM, TO = date(2024, 9, 1), date(2029, 8, 31)


@pytest.mark.parametrize(
    ("today", "done", "done_last_year", "expected"),
    [
        (date(2024, 8, 31), 0, 0, None),
        (date(2024, 9, 1), 0, 0, 0),
        (date(2024, 9, 1), 24, 24, 24 + 24 * 1825),
        (date(2027, 8, 31), 3000, 1200, 3000 + round(1200 * 731 / 365)),
        (date(2028, 8, 31), 1842, 365, 1842 + 365),
        (TO, 5310, 1000, 5310),
        (date(2030, 1, 1), 5310, 0, 5310),
    ],
)
def test_the_forecast_goes_on_at_the_pace_of_the_last_year(today: date, done: int, done_last_year: int, expected):
    assert forecast(done=done, done_last_year=done_last_year, from_on=FROM, to_on=TO, today=today) == expected


@pytest.mark.parametrize(
    ("done", "target", "per_cent"), [(None, 8, 0), (0, 8, 0), (1842, 6000, 30), (5999, 6000, 99), (7000, 6000, 100)]
)
def test_a_share_is_whole_and_never_above_100(done: int | None, target: int, per_cent: int):
    assert share(done, target) == per_cent


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
    ("counts", "shown"),
    [
        ([40, 12, 3], [40, None, None]),
        ([40, 12, 0], [40, 12, 0]),
        ([40, 4, 3], [40, None, None]),
        ([3], [None]),
        ([5, 5, 4], [None, 5, None]),
        ([40, 12, 1, 1], [40, None, None, None]),
        ([40, 12, 2, 2], [40, None, None, None]),
        ([40, 1, 1, 1, 1, 1], [None, None, None, None, None, None]),
        ([], []),
    ],
)
def test_a_small_count_is_hidden_and_never_alone(counts: list[int], shown: list[int | None]):
    assert [one.pupils for one in masked([(f"{n}", count) for n, count in enumerate(counts)])] == shown
