"""« Tout le groupe est là » where no JavaScript runs."""

from __future__ import annotations

from datetime import timedelta

from tests.booking.day.checkin.day import START
from tests.booking.web.desk.test_desk import host_of
from tests.booking.web.host.lycee import words
from workshops.database import value

DECLARED = "SELECT count(*) FROM presences WHERE scan = declaration"


async def test_a_group_is_declared_and_taken_back_without_javascript(app, day, browser):
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[0]})
    answer = await browser.post(f"/accueil/{day.slot}/groupes/{day.groups[0]}/declaration")
    assert (answer.status_code, await value(DECLARED)) == (303, 23)
    shown = words((await browser.get(f"/accueil/{day.slot}")).text)
    assert "24 présents sur 24" in shown
    assert "dont 23 déclarés par l'hôte, en pointillé" in shown
    answer = await browser.post(f"/accueil/{day.slot}/groupes/{day.groups[0]}/declaration/annulation")
    assert (answer.status_code, await value(DECLARED)) == (303, 0)
    assert await value("SELECT count(*) FROM presences") == 1


async def test_before_its_half_hour_the_page_says_from_when(app, day):
    browser = await host_of(app, day, at=START - timedelta(minutes=40))
    answer = await browser.post(f"/accueil/{day.slot}/groupes/{day.groups[0]}/declaration")
    assert answer.status_code == 409
    assert "Un groupe se déclare présent à partir de 30 minutes avant le début : jeudi 25 mars 2027, 8 h 30." in words(
        answer.text
    )
    assert await value("SELECT count(*) FROM presences") == 0


async def test_another_group_than_the_visit_s_is_not_declared(app, day, browser):
    answer = await browser.post(f"/accueil/{day.slot}/groupes/{day.groups[0] + 999}/declaration")
    assert answer.status_code == 404


async def test_who_is_inside_is_told_with_the_other_visits_of_the_day(app, day, browser):
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[0]})
    shown = words((await browser.get(f"/accueil/{day.slot}/presents")).text)
    assert "1 personne pointée présente" in shown
    assert "Zénith Montres entreprise - 0 sur 2" in shown
    shown = words((await browser.get("/accueil/jour")).text)
    assert "1 présent sur 47 élèves attendus, 0 sur 4 adultes" in shown
