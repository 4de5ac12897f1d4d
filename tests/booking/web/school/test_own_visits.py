"""A collège's visits, counted: those to come, and the groups that wait."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from tests import builders
from tests.booking.web.school.test_visits import claire
from tests.browsing import read
from tests.builders import NOW
from workshops.database import row, value


@pytest.mark.parametrize(
    ("first", "others", "counts"),
    [
        ("confirmed", ["waiting"], "1 visite à venir, 1 groupe en attente"),
        ("locked", ["requested", "cancelled_by_teacher"], "2 visites à venir"),
        ("waiting", ["offered", "in_draw"], "3 groupes en attente"),
        ("lapsed", [], "Aucune visite à venir"),
    ],
)
async def test_groups_that_wait_and_visits_that_are_no_more_are_not_counted_as_to_come(app, first, others, counts):
    browser, visit, slot = await claire(app, state=first)
    college, teacher = await row("SELECT school, booked_by FROM reservations WHERE id = $1", visit)
    for state in others:
        slot = await builders.slot(starts_at=NOW + timedelta(days=40), seats=30)
        held = {"hold_until": NOW + timedelta(hours=5)} if state in {"offered", "requested"} else {}
        group = await builders.group(school=college)
        await builders.reservation(slot=slot, group=group, by=teacher, state=state, **held)
    name = await value("SELECT name FROM schools WHERE id = $1", college)
    lead = re.search(r'<p class="lead">(.*?)</p>', (await browser.get("/mes-visites")).text)
    assert unescape(lead[1]).replace("\N{NO-BREAK SPACE}", " ") == f"{counts} pour {name}."


async def test_a_group_that_waits_for_several_dates_is_counted_once(app):
    browser, visit, _ = await claire(app, state="waiting")
    group, teacher = await row('SELECT "group", booked_by FROM reservations WHERE id = $1', visit)
    later = await builders.slot(starts_at=NOW + timedelta(days=40))
    await builders.reservation(slot=later, group=group, by=teacher, state="waiting")
    assert " 1 groupe en attente pour " in read(await browser.get("/mes-visites"))


async def test_a_visit_and_its_change_that_awaits_a_visa_are_counted_once(app):
    browser, visit, _ = await claire(app)
    group, teacher = await row('SELECT "group", booked_by FROM reservations WHERE id = $1', visit)
    later = await builders.slot(starts_at=NOW + timedelta(days=40))
    own = {"group": group, "by": teacher, "replaces": visit, "hold_until": NOW + timedelta(days=5)}
    await builders.reservation(slot=later, state="requested", **own)
    assert " 1 visite à venir pour " in read(await browser.get("/mes-visites"))
