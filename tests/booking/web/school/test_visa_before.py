"""Before she books, a teacher reads that her collège asks for a visa, who gives it and until when places are held."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from booking.words.wording import moment
from tests import builders
from tests.booking.web.school.test_reserve import Desk
from tests.browsing import said
from tests.builders import NOW
from workshops.database import rows, value


async def visa_said(desk: Desk) -> str:
    page = (await desk.browser.get(f"/creneaux/{desk.slot}/reserver")).text
    found = re.search(r'<p[^>]* id="visa">(.*?)</p>', page)
    return said(found[1]) if found else ""


async def asks_for_visa(*, name: str = "Mme Perrin", confirmed: bool = True) -> None:
    asked = """UPDATE schools SET needs_approval = true, principal_mail = 'p@example.org', principal_name = $1,
    principal_confirmed_at = $2 WHERE kind = 'college'"""
    await rows(asked, name, NOW if confirmed else None)


@pytest.mark.parametrize(
    ("name", "confirmed", "who"),
    [
        ("Mme Perrin", True, "Mme Perrin"),
        ("Mme Perrin", False, "votre chef d'établissement"),
        ("", True, "votre chef d'établissement"),
    ],
)
async def test_the_form_says_that_the_places_are_held_until_the_visa(app, name, confirmed, who):
    desk = await Desk.new(app)
    await asks_for_visa(name=name, confirmed=confirmed)
    before = await visa_said(desk)
    await asks_for_visa()
    await desk.reserve()
    until = await value("SELECT hold_until FROM reservations WHERE state = 'requested'")
    assert before == (
        f"Votre collège demande un visa : les places sont tenues jusqu'au {moment(until)}, le temps que {who} réponde."
    )


async def test_where_no_place_is_left_the_form_says_that_one_obtained_is_held(app):
    desk = await Desk.new(app)
    await asks_for_visa()
    other = await builders.group(school=await builders.school())
    await builders.reservation(slot=desk.slot, group=other)
    told = "Votre collège demande un visa : une place obtenue est tenue le temps que Mme Perrin réponde."
    assert await visa_said(desk) == told


async def test_a_college_that_asks_for_none_reads_nothing_of_it(app):
    assert await visa_said(await Desk.new(app)) == ""


@pytest.mark.parametrize("drawn", [True, False])
async def test_in_a_drawn_hour_no_place_is_had_at_once_and_one_obtained_is_held(app, drawn):
    desk = await Desk.new(app)
    await asks_for_visa()
    first_hour = {"seed": bytes(32), "first_weight": 2, "draws_at": NOW + timedelta(minutes=50)} if drawn else {}
    await builders.opening(opens_at=NOW - timedelta(minutes=10), **first_hour)
    until = moment(NOW + timedelta(days=10))
    held = "une place obtenue est tenue" if drawn else f"les places sont tenues jusqu'au {until},"
    assert await visa_said(desk) == f"Votre collège demande un visa : {held} le temps que Mme Perrin réponde."
