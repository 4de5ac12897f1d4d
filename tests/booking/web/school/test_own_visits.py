"""A collège's visits, counted: those to come, and the groups that wait; a past one is copied into a search."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from tests import builders
from tests.booking.web.school.test_visits import claire
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import row, rows, value


@pytest.mark.parametrize(
    ("first", "others", "counts"),
    [
        ("confirmed", ["waiting"], "1 visite à venir, 1 groupe en attente"),
        ("locked", ["requested", "cancelled_by_teacher"], "2 visites à venir"),
        ("waiting", ["offered", "in_draw"], "3 groupes en attente"),
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


@pytest.fixture
async def a_year_ago(app):
    """Claire, and the visit of 26 pupils of 4e to the lycée Jules Haag on 25 March 2026."""
    app.state.clock = lambda: NOW
    college = await builders.school()
    account = await builders.person("teacher", "claire@example.org", school=college)
    haag = await builders.school(kind="lycee", uai="0250011B", name="Lycée Jules Haag")
    slot = await builders.slot(host=haag, starts_at=paris("2026-03-25 09:00"), seats=30, state="done")
    group = await builders.group(school=college, name="4e B", pupils=26, school_year="2025-2026")
    visit = await builders.reservation(slot=slot, group=group, by=account, state="attended", pupils=26)
    return await Browser(app, now=NOW).sign_in(account), visit


async def test_the_page_and_the_list_of_past_visits_lead_to_the_same_weeks_a_year_later(a_year_ago):
    browser, visit = a_year_ago
    for page in ("/mes-visites", f"/reservations/{visit}"):
        assert f"/reservations/{visit}/revenir" in (await browser.get(page)).text
    answer = await browser.get(f"/reservations/{visit}/revenir")
    sentence = "niveau=4e&eleves=26&du=2027-03-09&au=2027-04-08&vacances=moi&lycee=0250011B"
    assert (answer.status_code, answer.headers["location"]) == (303, f"/creneaux?{sentence}")
    shown = unescape((await browser.get(answer.headers["location"])).text)
    (said,) = re.findall(r"<h1[^>]*>(.+?)</h1>", shown)
    assert "26 élèves de 4e" in said.replace("\u00a0", " ")
    assert "du 9 mars au 8 avril" in said


async def test_the_class_of_next_year_may_be_of_another_level(a_year_ago):
    browser, visit = a_year_ago
    there = (await browser.get(f"/reservations/{visit}/revenir?niveau=3e")).headers["location"]
    assert there.startswith("/creneaux?niveau=3e&eleves=26&")


async def test_a_visit_of_two_years_ago_leads_to_days_to_come(a_year_ago):
    browser, visit = a_year_ago
    old = paris("2025-01-22 09:00")
    await rows("UPDATE reservations SET starts_at = $1, ends_at = $2", old, old + timedelta(hours=3))
    there = (await browser.get(f"/reservations/{visit}/revenir")).headers["location"]
    # Three fifty-two weeks would be past: 20 January 2027 is the first that is not, from today on.
    assert "du=2027-01-11&au=2027-02-04" in there


async def test_a_visit_to_come_has_no_next_year(a_year_ago):
    browser, visit = a_year_ago
    await rows("UPDATE reservations SET ends_at = $2 WHERE id = $1", visit, paris("2027-03-25 12:00"))
    assert (await browser.get(f"/reservations/{visit}/revenir")).status_code == 404
