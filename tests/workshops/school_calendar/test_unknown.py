from datetime import date

import pytest

from tests import builders
from tests.builders import NOW
from workshops.school_calendar.load import load_calendar
from workshops.school_calendar.queries import day_off_of, holidays_known
from workshops.school_calendar.rules import UnknownYear, years_unknown

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
