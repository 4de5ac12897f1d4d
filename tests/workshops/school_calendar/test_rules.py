from datetime import date

import pytest

from tests.builders import paris
from workshops.school_calendar.rules import DayOff, paris_day, reason_closed, wednesday_afternoon

AUTUMN = DayOff("holiday", "Vacances de la Toussaint", date(2026, 10, 17), date(2026, 11, 1), zone="A")
ALL_SAINTS = DayOff("public_holiday", "Toussaint", date(2026, 11, 1), date(2026, 11, 1))
ARMISTICE = DayOff("public_holiday", "Armistice", date(2026, 11, 11), date(2026, 11, 11))
EXAMS = DayOff("closure", "Examens", date(2026, 11, 10), date(2026, 11, 12), school=7)
EVERY = [AUTUMN, ALL_SAINTS, ARMISTICE, EXAMS]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 10, 16), None),
        (date(2026, 10, 17), "holiday"),
        (date(2026, 10, 31), "holiday"),
        (date(2026, 11, 1), "public_holiday"),
        (date(2026, 11, 2), None),
        (date(2026, 11, 10), "closure"),
        (date(2026, 11, 11), "public_holiday"),
        (date(2026, 11, 12), "closure"),
        (date(2026, 11, 13), None),
    ],
)
def test_a_day_is_closed_for_one_reason(day: date, reason: str | None):
    assert reason_closed(day, EVERY, zone="A", school=7) == reason


def test_the_holidays_of_a_zone_do_not_close_another():
    assert reason_closed(date(2026, 10, 20), EVERY, zone="B", school=7) is None


def test_the_closure_of_a_school_does_not_close_another():
    assert reason_closed(date(2026, 11, 10), EVERY, zone="A", school=8) is None


def test_a_public_holiday_closes_everyone():
    assert reason_closed(date(2026, 11, 11), EVERY) == "public_holiday"


@pytest.mark.parametrize(
    ("starts", "ends", "afternoon"),
    [
        ("2027-03-24 08:30", "2027-03-24 12:00", False),
        ("2027-03-24 09:00", "2027-03-24 13:00", False),
        ("2027-03-24 09:00", "2027-03-24 13:30", True),
        ("2027-03-24 12:00", "2027-03-24 13:00", True),
        ("2027-03-24 14:00", "2027-03-24 16:00", True),
        ("2027-03-25 14:00", "2027-03-25 16:00", False),
    ],
)
def test_wednesday_afternoon_is_told_by_the_clock_in_paris(starts: str, ends: str, afternoon: bool):
    assert wednesday_afternoon(paris(starts), paris(ends)) is afternoon


def test_a_day_is_that_of_paris():
    assert paris_day(paris("2027-03-25 00:30")) == date(2027, 3, 25)
    assert paris_day(paris("2027-07-25 00:30")) == date(2027, 7, 25)
