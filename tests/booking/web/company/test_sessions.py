from __future__ import annotations

import re

from booking.web.company.sessions import SHOWN, months_ahead
from tests import builders
from tests.browsing import Browser
from tests.builders import NOW, paris


async def a_company(app):
    company, pauline = await builders.company(), await builders.account()
    await builders.membership(pauline, "company", company=company)
    return await Browser(app, now=NOW).sign_in(pauline)


def slots_in(text):
    return [int(found) for found in re.findall(r'href="/creneaux/(\d+)">', text)]


def test_the_months_to_choose_from_go_past_december():
    months = months_ahead(paris("2026-12-31 23:30"))
    assert [*months][:2] == ["2026-12", "2027-01"]
    assert len(months) == 12
    assert months["2027-08"] == "août 2027"


async def test_sessions_stand_under_their_day_and_are_counted(app):
    browser = await a_company(app)
    made = [await builders.slot(starts_at=paris(f"2027-03-25 {hour}:00")) for hour in ("09", "14")]
    shown = (await browser.get("/seances")).text
    assert "2 séances cherchent encore des entreprises." in shown
    assert shown.count('<h2 class="day">jeudi 25 mars 2027</h2>') == 1
    assert slots_in(shown) == made


async def test_filters_narrow_the_list_and_stay_chosen(app):
    browser = await a_company(app)
    await builders.slot()
    april = await builders.slot(starts_at=paris("2027-04-30 14:00"))
    shown = (await browser.get("/seances?mois=2027-04&departement=25")).text
    assert slots_in(shown) == [april]
    assert "1 séance cherche encore des entreprises en avril 2027, Doubs." in shown
    assert '<option value="2027-04" selected>avril 2027</option>' in shown


async def test_nothing_for_these_filters_says_how_to_find_more(app):
    browser = await a_company(app)
    await builders.slot()
    shown = (await browser.get("/seances?mois=2027-06")).text
    assert "Aucune séance ne convient" in shown
    assert 'href="/seances">Voir toutes les séances</a>' in shown


async def test_filters_that_are_not_ours_filter_nothing(app):
    browser = await a_company(app)
    made = await builders.slot()
    answer = await browser.get("/seances?mois=2027-99&departement=%27%3B--")
    assert answer.status_code == 200
    assert slots_in(answer.text) == [made]


async def test_a_long_list_goes_on_where_it_stopped(app):
    browser = await a_company(app)
    lycee = await builders.school(kind="lycee")
    workshop = await builders.workshop(host=lycee)
    made = [await builders.slot(workshop=workshop) for _ in range(SHOWN + 2)]
    first = (await browser.get("/seances?departement=25")).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = (await browser.get(following[1].replace("&amp;", "&"))).text
    assert slots_in(first) + slots_in(second) == made
    assert 'rel="next"' not in second
