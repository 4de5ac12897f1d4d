"""How groups come to a lycée is told once; slots, visits, papers and mails say it."""

from __future__ import annotations

from tests import builders
from tests.booking.web.host.lycee import words
from workshops.database import row, value

SAID = {"stop": "Tram 1, arrêt Temis", "walk_minutes": "6", "coach_drop": "Rue Labbé", "signatory": "La proviseure"}
STORED = "SELECT stop, walk_minutes, coach_drop, signatory FROM schools WHERE kind = 'lycee'"


async def test_what_a_lycee_says_once_stands_on_each_of_its_slots(lycee):
    slot = await builders.slot(host=lycee.school)
    answer = await lycee.browser.post("/lycee/venir", SAID)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lycee/venir?fait=venue-dite")
    assert tuple(await row(STORED)) == ("Tram 1, arrêt Temis", 6, "Rue Labbé", "La proviseure")
    page = words((await lycee.browser.get(f"/creneaux/{slot}")).text)
    assert "Arrêt Tram 1, arrêt Temis, à 6 minutes à pied Dépose du car Rue Labbé" in page
    assert await value("SELECT act FROM events ORDER BY id DESC LIMIT 1") == "arrival_setting"
    assert 'value="Tram 1, arrêt Temis"' in (await lycee.browser.get("/lycee/venir")).text
    await lycee.browser.post("/lycee/venir", {})
    assert tuple(await row(STORED)) == ("", None, "", "")


async def test_a_walk_without_end_and_a_name_are_refused_and_kept_on_the_page(lycee):
    far = await lycee.browser.post("/lycee/venir", SAID | {"walk_minutes": "91"})
    assert (far.status_code, 'href="#walk_minutes"' in far.text, 'value="91"' in far.text) == (422, True, True)
    named = await lycee.browser.post("/lycee/venir", SAID | {"signatory": "Claire Martin, proviseure"})
    assert (named.status_code, 'href="#signatory"' in named.text) == (422, True)
    assert tuple(await row(STORED)) == ("", None, "", "")
