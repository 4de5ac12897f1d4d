"""The alert of a company on its list, and the link that stops it."""

from __future__ import annotations

import pytest

from booking.people.accounts.stop_links import stop_token
from booking.visits.near_alerts.rules import ALERT
from tests import builders
from tests.browsing import SECRET, Browser, read
from tests.builders import NOW
from tests.seen import seen


async def a_company(app, **card):
    company = await builders.company(**card)
    pauline = await builders.person("company", company=company)
    return company, await Browser(app, now=NOW).sign_in(pauline)


async def alerts():
    return await seen("SELECT company, km FROM near_alerts ORDER BY company")


@pytest.fixture
async def besancon(app):
    await builders.school()
    return app


async def test_one_tap_asks_and_one_tap_stops_and_the_other_company_keeps_its_own(besancon):
    company, browser = await a_company(besancon)
    other, neighbour = await a_company(besancon)
    await neighbour.post("/seances/alerte", {"km": "10"})
    assert "Un mail, un par jour au plus, quand une classe réserve près de vous." in read(await browser.get("/seances"))
    answer = await browser.post("/seances/alerte", {"km": "40"})
    shown = read(await browser.get(answer.headers["location"]))
    assert "C'est noté : un mail par jour au plus vous préviendra." in shown
    assert "quelles séances des classes ont réservées à moins de 40 km." in shown
    assert await alerts() == [(company, 40), (other, 10)]
    answer = await browser.post("/seances/alerte/retrait")
    assert "C'est noté : vous n'êtes plus prévenu." in read(await browser.get(answer.headers["location"]))
    assert await alerts() == [(other, 10)]
    assert (await browser.post("/seances/alerte/retrait")).status_code == 404


@pytest.mark.parametrize("km", ["0", "500", "", "loin"])
async def test_a_distance_that_cannot_be_is_said(besancon, km):
    _, browser = await a_company(besancon)
    answer = await browser.post("/seances/alerte", {"km": km})
    assert (answer.status_code, '<a href="#km">' in answer.text) == (422, True)
    assert await alerts() == []


async def test_a_company_that_nobody_can_place_is_offered_none_and_reads_why(besancon):
    _, browser = await a_company(besancon, commune="", department="")
    assert "/seances/alerte" not in (await browser.get("/seances")).text
    answer = await browser.post("/seances/alerte", {"km": "40"})
    assert (answer.status_code, "Donnez-la à la coordination, puis demandez l'alerte." in read(answer)) == (422, True)


async def test_the_link_of_a_mail_asks_first_and_stops_without_an_account_once_and_for_that_company_alone(besancon):
    company, browser = await a_company(besancon)
    other, neighbour = await a_company(besancon)
    for each in (browser, neighbour):
        await each.post("/seances/alerte", {"km": "20"})
    (number,), _ = await seen("SELECT id FROM near_alerts ORDER BY company")
    link, anyone = f"/seances/alerte/arret/{stop_token(ALERT, number, SECRET)}", Browser(besancon)
    assert "quand des classes réservent à moins de 20 km." in read(await anyone.get(link))
    assert await alerts() == [(company, 20), (other, 20)]
    for answer in [await anyone.post(link), await anyone.post(link), await anyone.get(link)]:
        assert (answer.status_code, "Vous n'êtes plus prévenu" in read(answer)) == (200, True)
    assert await alerts() == [(other, 20)]


async def test_a_link_that_was_cut_stops_nothing(besancon):
    company, browser = await a_company(besancon)
    await browser.post("/seances/alerte", {"km": "20"})
    anyone = Browser(besancon)
    for token in ("1", f"1-{'0' * 32}", "un-lien"):
        link = f"/seances/alerte/arret/{token}"
        assert {(await anyone.get(link)).status_code, (await anyone.post(link)).status_code} == {410}
    assert await alerts() == [(company, 20)]
