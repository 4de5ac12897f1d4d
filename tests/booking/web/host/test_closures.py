from __future__ import annotations

from datetime import date

from tests import builders
from tests.booking.web.host.lycee import a_lycee, words
from workshops.database import row, value

DAYS = {"label": "Épreuves du bac", "first_on": "2027-03-24", "last_on": "2027-03-26"}


async def test_a_closure_is_added_and_taken_back(db):
    lycee = await a_lycee()
    answer = await lycee.browser.post("/lycee/fermetures", DAYS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lycee/fermetures?fait=fermeture-ajoutee")
    shown = words((await lycee.browser.get("/lycee/fermetures")).text)
    assert "Épreuves du bac Du mercredi 24 mars 2027 au vendredi 26 mars 2027" in shown
    closure = await value("SELECT id FROM closures")
    answer = await lycee.browser.post(f"/lycee/fermetures/{closure}/retrait")
    assert answer.headers["location"] == "/lycee/fermetures?fait=fermeture-retiree"
    assert await value("SELECT count(*) FROM closures") == 0


async def test_a_closure_without_a_last_day_lasts_one_day(db):
    lycee = await a_lycee()
    await lycee.browser.post("/lycee/fermetures", DAYS | {"last_on": ""})
    assert tuple(await row("SELECT first_on, last_on FROM closures")) == (date(2027, 3, 24), date(2027, 3, 24))


async def test_the_slots_already_open_on_those_days_are_shown(db):
    lycee = await a_lycee()
    slot = await builders.slot(host=lycee.school)
    await lycee.browser.post("/lycee/fermetures", DAYS)
    answer = await lycee.browser.get("/lycee/fermetures")
    assert f'<a href="/lycee/creneaux/{slot}">' in answer.text
    assert "Créneau ouvert ce jour-là : Découpe laser, jeu. 25 mars" in words(answer.text)


async def test_days_in_the_wrong_order_or_already_past_are_refused(db):
    lycee = await a_lycee()
    for changed, field in (
        ({"last_on": "2027-03-01"}, "last_on"),
        ({"first_on": "2027-01-04", "last_on": "2027-01-08"}, "first_on"),
        ({"first_on": "demain"}, "first_on"),
        ({"label": ""}, "label"),
    ):
        answer = await lycee.browser.post("/lycee/fermetures", DAYS | changed)
        assert (answer.status_code, f'<a href="#{field}">' in answer.text) == (422, True), field
    assert await value("SELECT count(*) FROM closures") == 0


async def test_the_closures_of_another_lycee_stay(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    await other.browser.post("/lycee/fermetures", DAYS)
    closure = await value("SELECT id FROM closures")
    assert (await lycee.browser.post(f"/lycee/fermetures/{closure}/retrait")).status_code == 404
    assert "Aucune fermeture à venir" in words((await lycee.browser.get("/lycee/fermetures")).text)
