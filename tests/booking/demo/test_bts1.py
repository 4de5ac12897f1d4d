"""When the examples of BTS+1 began, on any day of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from booking.demo.bts1 import months_from_rentree

AUTUMN = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
SUMMER = datetime(2027, 8, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "months", "on"),
    [
        (AUTUMN, 0, date(2026, 9, 1)),
        (AUTUMN, -9, date(2025, 12, 1)),
        (AUTUMN, 4, date(2027, 1, 1)),
        (SUMMER, 12, date(2027, 9, 1)),
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 0, date(2025, 9, 1)),
    ],
)
def test_months_are_counted_from_the_rentree_under_way(now, months, on):
    assert months_from_rentree(months, now=now) == on
