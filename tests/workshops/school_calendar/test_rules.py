from __future__ import annotations

from datetime import date

import pytest

from tests import builders
from tests.builders import NOW, paris
from workshops.school_calendar.load import load_calendar
from workshops.school_calendar.queries import day_off_of, holidays_known
from workshops.school_calendar.rules import (
    DayOff,
    UnknownYear,
    paris_day,
    reason_closed,
    wednesday_afternoon,
    years_unknown,
)

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


AUTUMN_ONLY = """type;libelle;premier_jour;dernier_jour;zone
vacances;Vacances de la Toussaint;2026-10-17;2026-11-01;Zone B
vacances;Vacances d'été;2027-07-03;2027-08-31;Zone A
""".encode()


@pytest.mark.parametrize(
    ("known", "first_on", "last_on", "unknown"),
    [
        ({2026: date(2027, 8, 31)}, date(2026, 9, 1), date(2027, 8, 31), []),
        ({2026: date(2027, 8, 31)}, date(2027, 6, 1), date(2027, 9, 2), [UnknownYear(2027, None)]),
        ({}, date(2026, 12, 1), date(2026, 12, 2), [UnknownYear(2026, None)]),
        ({2026: date(2026, 11, 1)}, date(2026, 10, 1), date(2026, 10, 20), []),
        ({2026: date(2026, 11, 1)}, date(2026, 10, 1), date(2026, 11, 2), [UnknownYear(2026, date(2026, 11, 1))]),
    ],
)
def test_a_year_is_known_up_to_its_last_published_holidays(known, first_on, last_on, unknown):
    assert years_unknown(known, first_on, last_on) == unknown


async def test_each_zone_is_known_as_far_as_it_was_published(db):
    await load_calendar(AUTUMN_ONLY, by=None, now=NOW)
    assert [await holidays_known(zone) for zone in ("A", "B", "C", "")] == [
        {2026: date(2027, 8, 31)},
        {2026: date(2026, 11, 1)},
        {},
        {},
    ]


async def test_a_day_off_of_another_zone_is_none_of_a_school_s(db):
    await load_calendar(AUTUMN_ONLY, by=None, now=NOW)
    dijon, nancy = await builders.school(zone="A"), await builders.school(zone="B")
    assert await day_off_of(dijon, date(2026, 10, 20)) is None
    off = await day_off_of(nancy, date(2026, 10, 20))
    assert off is not None and (off.kind, off.zone) == ("holiday", "B")
