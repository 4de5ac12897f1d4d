"""« Revenir l'an prochain » copies a past visit into a search."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from tests import builders
from tests.browsing import Browser
from tests.builders import NOW, paris
from workshops.database import rows


@pytest.fixture
async def claire(app):
    """Claire, and the visit of 26 pupils of 4e to the lycée Jules Haag on 25 March 2026."""
    app.state.clock = lambda: NOW
    college = await builders.school()
    account = await builders.person("teacher", "claire@example.org", school=college)
    haag = await builders.school(kind="lycee", uai="0250011B", name="Lycée Jules Haag")
    slot = await builders.slot(host=haag, starts_at=paris("2026-03-25 09:00"), seats=30, state="done")
    group = await builders.group(school=college, name="4e B", pupils=26, school_year="2025-2026")
    visit = await builders.reservation(slot=slot, group=group, by=account, state="attended", pupils=26)
    return await Browser(app, now=NOW).sign_in(account), visit


async def test_the_page_and_the_list_of_past_visits_lead_to_the_same_weeks_a_year_later(claire):
    browser, visit = claire
    for page in ("/mes-visites", f"/reservations/{visit}"):
        assert f"/reservations/{visit}/revenir" in (await browser.get(page)).text
    answer = await browser.get(f"/reservations/{visit}/revenir")
    sentence = "niveau=4e&eleves=26&du=2027-03-09&au=2027-04-08&vacances=moi&lycee=0250011B"
    assert (answer.status_code, answer.headers["location"]) == (303, f"/creneaux?{sentence}")
    shown = unescape((await browser.get(answer.headers["location"])).text)
    (said,) = re.findall(r"<h1[^>]*>(.+?)</h1>", shown)
    assert "26 élèves de 4e" in said.replace("\u00a0", " ")
    assert "du 9 mars au 8 avril" in said


async def test_the_class_of_next_year_may_be_of_another_level(claire):
    browser, visit = claire
    there = (await browser.get(f"/reservations/{visit}/revenir?niveau=3e")).headers["location"]
    assert there.startswith("/creneaux?niveau=3e&eleves=26&")


async def test_a_visit_of_two_years_ago_leads_to_days_to_come(claire):
    browser, visit = claire
    old = paris("2025-01-22 09:00")
    await rows(
        "UPDATE reservations SET starts_at = $2, ends_at = $3 WHERE id = $1", visit, old, old + timedelta(hours=3)
    )
    there = (await browser.get(f"/reservations/{visit}/revenir")).headers["location"]
    # Three fifty-two weeks would be past: 20 January 2027 is the first that is not, from today on.
    assert "du=2027-01-11&au=2027-02-04" in there


async def test_a_visit_to_come_has_no_next_year(claire):
    browser, visit = claire
    await rows("UPDATE reservations SET ends_at = $2 WHERE id = $1", visit, paris("2027-03-25 12:00"))
    assert (await browser.get(f"/reservations/{visit}/revenir")).status_code == 404
