from __future__ import annotations

import re
from datetime import date, timedelta

from tests import builders
from tests.booking.web.host.lycee import APP, a_lycee, words
from tests.browsing import Browser
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value

DAYS = {"label": "Épreuves du bac", "first_on": "2027-03-24", "last_on": "2027-03-26"}


async def test_a_closure_is_added_and_taken_back(lycee):
    answer = await lycee.browser.post("/lycee/fermetures", DAYS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lycee/fermetures?fait=fermeture-ajoutee")
    shown = words((await lycee.browser.get("/lycee/fermetures")).text)
    assert "Épreuves du bac Du mercredi 24 mars 2027 au vendredi 26 mars 2027" in shown
    closure = await value("SELECT id FROM closures")
    answer = await lycee.browser.post(f"/lycee/fermetures/{closure}/retrait")
    assert answer.headers["location"] == "/lycee/fermetures?fait=fermeture-retiree"
    assert await value("SELECT count(*) FROM closures") == 0


async def test_a_closure_without_a_last_day_lasts_one_day(lycee):
    await lycee.browser.post("/lycee/fermetures", DAYS | {"last_on": ""})
    assert tuple(await row("SELECT first_on, last_on FROM closures")) == (date(2027, 3, 24), date(2027, 3, 24))


async def test_a_closure_laid_over_slots_shows_whom_it_touches_and_leads_to_moving_each(lycee):
    slot = await builders.slot(host=lycee.school)
    await builders.reservation(slot=slot, group=await builders.group(name="4e B"), pupils=20)
    await builders.attendance(slot=slot, company=await builders.company(name="Horlogerie du Doubs"))
    after = await builders.slot(host=lycee.school, starts_at=paris("2027-03-27 09:00"))
    answer = await lycee.browser.post("/lycee/fermetures", DAYS)
    closure = await value("SELECT id FROM closures")
    assert answer.headers["location"] == f"/lycee/fermetures/{closure}?fait=fermeture-sur-creneaux"
    page = await lycee.browser.get(answer.headers["location"])
    shown = words(page.text)
    assert "Découpe laser, jeudi 25 mars 2027, 9 h 00 4e B, Collège Stendhal" in shown
    assert "Horlogerie du Doubs · 2 personnes" in shown
    assert f'href="/lycee/creneaux/{slot}/modification"' in page.text
    assert re.findall(r'name="slots" value="(\d+)"( checked)?', page.text) == [(str(slot), " checked")]
    shown = words((await lycee.browser.get("/lycee/fermetures")).text)
    assert "1 créneau est ouvert ces jours-là, 20 élèves attendus : déplacer ou annuler" in shown
    other = await a_lycee("Lycée Victor Hugo")
    assert (await other.browser.get(f"/lycee/fermetures/{closure}")).status_code == 404
    assert await value("SELECT state FROM slots WHERE id = $1", after) == "open"


async def test_a_slot_left_under_a_closure_says_so_and_offers_nothing_to_a_college(lycee):
    slot = await builders.slot(host=lycee.school)
    after = await builders.slot(host=lycee.school, starts_at=paris("2027-03-31 09:00"))
    await lycee.browser.post("/lycee/fermetures", DAYS)
    closure = await value("SELECT id FROM closures")
    own = (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    assert "Votre lycée ne reçoit personne ce jour-là : aucun collège ne peut plus réserver." in words(own)
    assert "Les collèges peuvent réserver jusqu'au" not in words(own)
    assert "Réservations Jusqu'au" not in words(own)
    assert 'href="/lycee/fermetures"' in own
    teacher = await builders.person("teacher", school=await builders.school())
    college = await Browser(APP, now=NOW).sign_in(teacher)
    page = (await college.get(f"/creneaux/{slot}")).text
    assert "Le lycée ne reçoit personne ce jour-là." in words(page)
    assert "Les réservations sont closes depuis" not in words(page)
    assert f"/creneaux/{slot}/reserver" not in page
    page = (await college.get(f"/creneaux/{after}")).text
    assert "Le lycée ne reçoit personne ce jour-là." not in words(page)
    assert f"/creneaux/{after}/reserver" in page
    await lycee.browser.post(f"/lycee/fermetures/{closure}/retrait")
    assert f"/creneaux/{slot}/reserver" in (await college.get(f"/creneaux/{slot}")).text
    own = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert "Les collèges peuvent réserver jusqu'au" in own


async def test_the_slots_under_a_closure_are_called_off_as_one_with_its_reason(lycee):
    slots = [await builders.slot(host=lycee.school, starts_at=paris(f"2027-03-{day} 09:00")) for day in (24, 25, 26)]
    visit = await builders.reservation(slot=slots[1], group=await builders.group(), by=await builders.account())
    await lycee.browser.post("/lycee/fermetures", DAYS)
    path = f"/lycee/fermetures/{await value('SELECT id FROM closures')}"
    assert ">Épreuves du bac</textarea>" in (await lycee.browser.get(path)).text
    for wrong, field in (({"reason": ""}, "reason"), ({"slots": []}, "slots")):
        answer = await lycee.browser.post(f"{path}/annulation", {"reason": "Bac", "slots": [str(slots[0])]} | wrong)
        assert (answer.status_code, f'<a href="#{field}">' in answer.text) == (422, True)
    asked = {"reason": "Épreuves du bac", "slots": [str(slots[0]), str(slots[1])]}
    answer = await lycee.browser.post(f"{path}/annulation", asked)
    assert answer.headers["location"] == f"{path}?fait=serie-annulee"
    kept = await rows("SELECT state, reason FROM slots ORDER BY id")
    assert [tuple(one) for one in kept] == [
        *(("called_off", "Épreuves du bac"), ("called_off", "Épreuves du bac"), ("open", "")),
    ]
    await tell()
    told = await rows("SELECT kind, about FROM notices ORDER BY kind")
    assert [tuple(one) for one in told] == [("slot_called_off", visit), ("slot_called_off", visit)]


async def test_pupils_who_are_here_keep_every_slot_of_the_closure(lycee):
    soon = await builders.slot(host=lycee.school, starts_at=NOW + timedelta(hours=1))
    later = await builders.slot(host=lycee.school, starts_at=NOW + timedelta(hours=5))
    visit = await builders.reservation(slot=soon, group=await builders.group(), pupils=20)
    await builders.badges(visit, numbers=1)
    await rows(
        """INSERT INTO presences (badge, slot, first_scanned_at, scan)
           SELECT id, $1, $2, gen_random_uuid() FROM badges""",
        *(soon, NOW),
    )
    today = {"label": "Fuite", "first_on": "2027-01-11", "last_on": ""}
    await lycee.browser.post("/lycee/fermetures", today)
    path = f"/lycee/fermetures/{await value('SELECT id FROM closures')}/annulation"
    answer = await lycee.browser.post(path, {"reason": "Fuite", "slots": [str(soon), str(later)]})
    assert answer.status_code == 409
    assert "11/01/2027 : Des élèves sont pointés à cette visite" in words(answer.text)
    assert await value("SELECT count(*) FROM slots WHERE state = 'called_off'") == 0


async def test_days_in_the_wrong_order_or_already_past_are_refused(lycee):
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
