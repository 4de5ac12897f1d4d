"""A teacher hears before reserving that the collège is away on that day; nothing forbids it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests import builders
from tests.booking.web.school.test_reserve import Desk
from tests.builders import NOW
from workshops.database import rows
from workshops.school_calendar.load import load_calendar

CALENDAR = """type;libelle;premier_jour;dernier_jour;zone
vacances;Vacances de printemps;2027-04-03;2027-04-18;Zone A
vacances;Vacances de printemps;2027-04-17;2027-05-02;Zone B
vacances;Vacances d'été;2027-07-03;2027-08-31;Zone A
vacances;Vacances d'été;2027-07-03;2027-08-31;Zone B
""".encode()


AWAY = "Votre collège est en vacances jusqu'au"


async def warned(desk: Desk, on: str) -> list[str]:
    slot = await builders.slot(starts_at=builders.paris(f"{on} 09:00"))
    answer = await desk.browser.get(f"/creneaux/{slot}/reserver")
    assert (answer.status_code, '<button class="btn btn-primary">' in answer.text) == (200, True)
    found = re.findall(r'<div class="note note-warn" id="absence"><p>(.+?)</p>', answer.text)
    return [one.replace("\xa0", " ").replace("&#39;", "'") for one in found]


@pytest.mark.parametrize(
    ("zone", "on", "told"),
    [
        ("A", "2027-04-08", [f"{AWAY} dimanche 18 avril 2027 : Vacances de printemps, zone A."]),
        ("B", "2027-04-08", []),
        ("A", "2027-04-22", []),
        ("B", "2027-04-22", [f"{AWAY} dimanche 2 mai 2027 : Vacances de printemps, zone B."]),
        ("A", "2027-05-06", ["Ce jour est férié : Ascension."]),
        ("A", "2027-05-20", ["Votre collège est fermé ce jour-là : Brevet blanc."]),
        ("B", "2027-06-10", []),
    ],
)
async def test_a_day_away_is_told_on_each_side_of_a_border(app, zone, on, told):
    desk = await Desk.new(app)
    await rows("UPDATE schools SET zone = $1 WHERE id = $2", zone, desk.school)
    await load_calendar(CALENDAR, by=None, now=NOW)
    await builders.closure(school=desk.school, on=date(2027, 5, 20), label="Brevet blanc")
    assert await warned(desk, on) == [f"{one} Vous pouvez réserver quand même." for one in told]


async def test_holidays_that_nobody_published_are_not_guessed(app):
    desk = await Desk.new(app)
    await rows("UPDATE schools SET zone = 'C' WHERE id = $1", desk.school)
    await load_calendar(CALENDAR, by=None, now=NOW)
    assert await warned(desk, "2027-06-10") == [
        "Technilab ne connaît pas les vacances de la zone C, celle de votre collège, à cette date : "
        "vérifiez votre calendrier."
    ]


async def test_a_slot_in_the_holidays_is_reserved_all_the_same(app):
    desk = await Desk.new(app, starts_at=builders.paris("2027-04-08 09:00"))
    await load_calendar(CALENDAR, by=None, now=NOW)
    assert (await desk.reserve()).status_code == 303
