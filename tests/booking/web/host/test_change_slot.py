from __future__ import annotations

import re
from datetime import timedelta

from tests import builders
from tests.booking.web.host.lycee import APP, Lycee, a_lycee, words
from tests.browsing import Browser
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value

APRIL = {"on": "2027-04-01", "starts": "14:00", "ends": "17:00", "room": "", "version": "0"}


async def a_visit(lycee: Lycee, **more: object) -> tuple[int, int, int]:
    """A slot with a group of 4e B and a company; the slot's number, the visit's, the teacher's."""
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    college = await builders.school(name="Collège Stendhal")
    await builders.membership(claire, "teacher", school=college)
    slot = await builders.slot(host=lycee.school, **{"booking_closes_at": paris("2027-03-18 18:00"), **more})
    group = await builders.group(school=college, name="4e B")
    visit = await builders.reservation(slot=slot, group=group, by=claire, pupils=20)
    ines = await builders.account(name="Inès Caron")
    await builders.attendance(slot=slot, company=await builders.company(name="Horlogerie du Doubs"), by=ines)
    return slot, visit, claire


async def test_the_slot_s_page_offers_each_change_until_the_visit_is_closed(lycee):
    slot, *_ = await a_visit(lycee)
    ways = [f'href="/lycee/creneaux/{slot}/{act}"' for act in ("modification", "annulation")]
    text = (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    assert [way in text for way in ways] == [True, True]
    assert await sections(lycee, slot) == ["deplacement/apercu", "places", "conditions"]
    await rows("UPDATE slots SET starts_at = $1", NOW - timedelta(hours=1))
    text = (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    assert [way in text for way in ways] == [True, True]
    assert await sections(lycee, slot) == ["places"]
    await rows("UPDATE slots SET state = 'done'")
    text = (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    assert [way in text for way in ways] == [False, False]


async def test_each_change_of_one_page_keeps_what_was_typed_for_it_and_leaves_the_others_as_they_stand(lycee):
    slot, *_ = await a_visit(lycee)
    path = f"/lycee/creneaux/{slot}"
    await rows("UPDATE slots SET seats = 24, company_places = 4")
    stands = {"on": "2027-03-25", "starts": "09:00", "seats": "24", "company_places": "4", "closes_on": "2027-03-18"}
    assert shown_in((await lycee.browser.get(f"{path}/modification")).text) == stands
    sizes = {"seats": "19", "groups_max": "1", "company_places": "3", "version": "0"}
    refused = await lycee.browser.post(f"{path}/places", sizes)
    assert shown_in(refused.text) == stands | {"seats": "19", "company_places": "3"}
    looked_at = await lycee.browser.post(f"{path}/deplacement/apercu", APRIL)
    assert shown_in(looked_at.text) == stands | {"on": "2027-04-01", "starts": "14:00"}
    kept = await lycee.browser.post(f"{path}/conditions", {"closes_on": "2027-03-26", "version": "0"})
    assert (kept.status_code, shown_in(kept.text)) == (422, stands | {"closes_on": "2027-03-26"})


async def test_the_addresses_that_each_change_had_lead_to_its_section(lycee):
    slot, *_ = await a_visit(lycee)
    for act in ("deplacement", "places", "conditions"):
        answer = await lycee.browser.get(f"/lycee/creneaux/{slot}/{act}")
        assert (answer.status_code, answer.headers["location"]) == (
            *(301, f"/lycee/creneaux/{slot}/modification#{act}"),
        )
        assert f'id="{act}"' in (await lycee.browser.get(f"/lycee/creneaux/{slot}/modification")).text


async def sections(lycee: Lycee, slot: int) -> list[str]:
    """The acts that the page of changes offers."""
    page = await lycee.browser.get(f"/lycee/creneaux/{slot}/modification")
    return re.findall(rf'action="/lycee/creneaux/{slot}/([^"]+)"', page.text)


def shown_in(page: str) -> dict[str, str]:
    """What stands in one input of each section, or two."""
    return dict(re.findall(r'id="(on|starts|seats|company_places|closes_on)" name="[^"]*" value="([^"]*)"', page))


async def test_a_move_is_read_before_it_is_done(lycee):
    slot, *_ = await a_visit(lycee)
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}/modification")).text)
    assert "Déplacer prévient 1 groupe et 1 entreprise par mail" in shown
    assert "4e B , Collège Stendhal 4e · 20 élèves · Claire Renaud" in shown
    assert "Horlogerie du Doubs Témoignage, 2 personnes · Inès Caron" in shown
    answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/deplacement/apercu", APRIL)
    shown = words(answer.text)
    for told in (
        "Avant jeudi 25 mars 2027, de 9 h 00 à 12 h 00, sans salle précise",
        "Après jeudi 1er avril 2027, de 14 h 00 à 17 h 00 , sans salle précise",
        "Réservations Jusqu'au jeudi 25 mars 2027, 18 h 00",
        "Déplacer et prévenir 1 groupe et 1 entreprise",
    ):
        assert told in shown
    assert await value("SELECT starts_at FROM slots") == paris("2027-03-25 09:00")
    await tell()
    assert await value("SELECT count(*) FROM notices") == 0


async def test_a_moved_slot_takes_its_groups_along(lycee):
    slot, visit, _ = await a_visit(lycee)
    room = await builders.room(school=lycee.school, name="Hall B")
    answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/deplacement", APRIL | {"room": room})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/lycee/creneaux/{slot}?fait=creneau-deplace")
    kept = await row("SELECT starts_at, sequence FROM reservations WHERE id = $1", visit)
    assert tuple(kept) == (paris("2027-04-01 14:00"), 1)
    assert await value("SELECT room FROM slots") == room
    await tell()
    told = await rows("SELECT kind FROM notices ORDER BY kind")
    assert [one["kind"] for one in told] == ["slot_changed", "slot_changed", "slot_changed"]
    shown = words((await lycee.browser.get(answer.headers["location"])).text)
    assert "Le créneau est déplacé. Ceux qui y viennent sont prévenus par mail." in shown
    assert "Jeudi 1er avril 2027, de 14 h 00 à 17 h 00".lower() in shown.lower()


async def test_a_refused_move_is_said_beside_its_field(lycee):
    slot, visit, _ = await a_visit(lycee)
    room = await builders.room(school=lycee.school)
    there = await builders.slot(host=lycee.school, room=room, starts_at=paris("2027-04-01 14:00"))
    small = await builders.room(school=lycee.school, seats=12)
    group = await value('SELECT "group" FROM reservations WHERE id = $1', visit)
    busy = await builders.slot(starts_at=paris("2027-04-02 09:00"))
    await builders.reservation(slot=busy, group=group)
    asked = {
        "room": ({"room": room}, "« Découpe laser » occupe cette salle le 01/04/2027, de 14 h 00 à 17 h 00."),
        "on": ({"on": "2027-04-02", "starts": "09:00", "ends": "12:00"}, "4e B (Collège Stendhal) a déjà une visite"),
        "ends": ({"ends": "13:00"}, "La fin vient avant le début."),
        "starts": ({"starts": "midi"}, "Heure de début : écrivez une heure"),
    }
    cases = [*asked.items(), ("on", ({"on": "2027-04-04"}, "Un créneau n'a pas lieu un dimanche."))]
    cases += [("room", ({"room": small}, "accueille 12 élèves au plus"))]
    for step in ("/apercu", ""):
        for field, (change, sentence) in cases:
            answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/deplacement{step}", APRIL | change)
            assert answer.status_code in {409, 422}, (step, field)
            assert f'id="{field}-erreur"' in answer.text, (step, field)
            assert sentence in words(answer.text), (step, field)
            assert (f'href="/lycee/creneaux/{there}"' in answer.text) == (sentence.startswith("«")), (step, field)
    assert await value("SELECT starts_at FROM slots WHERE id = $1", slot) == paris("2027-03-25 09:00")


async def test_a_room_that_holds_those_who_come_says_how_many_places_to_offer_and_where(lycee):
    slot, *_ = await a_visit(lycee)
    taken, seats = tuple((await rows("SELECT seats_taken, seats FROM slots WHERE id = $1", slot))[0])
    fits = await builders.room(school=lycee.school, name="Labo", seats=taken)
    small = await builders.room(school=lycee.school, name="Réserve", seats=taken - 1)
    same = {"on": "2027-03-25", "starts": "09:00", "ends": "12:00"}
    preview = f"/lycee/creneaux/{slot}/deplacement/apercu"
    refused = await lycee.browser.post(preview, APRIL | same | {"room": fits})
    sentence = f"Ce créneau offre {seats} places, {taken} prises : ramenez-les à {taken}."
    assert (sentence in words(refused.text), 'href="#places"' in refused.text) == (True, True)
    none = await lycee.browser.post(preview, APRIL | same | {"room": small})
    assert ("ramenez-les" in none.text, 'href="#places"' in none.text) == (False, False)
    await rows("UPDATE rooms SET seats = $2 WHERE id = $1", fits, seats)
    read_first = (await lycee.browser.post(preview, APRIL | same | {"room": fits})).text
    assert ("<strong>Labo</strong>" in read_first, "Changer la salle et prévenir" in read_first) == (True, True)


async def test_a_move_to_an_hour_at_which_no_class_comes_is_asked_about_and_what_was_typed_stays(lycee):
    slot, *_ = await a_visit(lycee)
    path = f"/lycee/creneaux/{slot}/deplacement"
    odd = APRIL | {"starts": "03:00", "ends": "06:00", "reason": "Four libre la nuit"}
    box = re.compile(r'type="(checkbox|hidden)"(?: id="odd_hours")? name="odd_hours" value="(\w*)"( checked)?')
    typed = re.compile(r'name="(on|starts|ends|reason)"[^>]*value="([^"]*)"')
    assert box.findall((await lycee.browser.get(f"/lycee/creneaux/{slot}/modification")).text) == []
    for step in ("/apercu", ""):
        for hours, question in (
            ({}, "Vraiment à 3 h 00 ? Corrigez l'heure, ou confirmez-la."),
            ({"starts": "17:00", "ends": "20:00"}, "Vraiment jusqu'à 20 h 00 ? Corrigez l'heure, ou confirmez-la."),
        ):
            asked = await lycee.browser.post(f"{path}{step}", odd | hours)
            assert (asked.status_code, question in words(asked.text)) == (422, True), step
            assert box.findall(asked.text) == [("checkbox", "oui", "")]
            kept = {name: (odd | hours)[name] for name in ("on", "starts", "ends", "reason")}
            assert dict(typed.findall(asked.text)) == kept
    assert await value("SELECT starts_at FROM slots") == paris("2027-03-25 09:00")
    read_first = await lycee.browser.post(f"{path}/apercu", odd | {"odd_hours": "oui"})
    assert (read_first.status_code, box.findall(read_first.text)) == (
        *(200, [("hidden", "oui", ""), ("checkbox", "oui", " checked")]),
    )
    assert (await lycee.browser.post(path, odd | {"odd_hours": "oui"})).status_code == 303
    assert await value("SELECT starts_at FROM slots") == paris("2027-04-01 03:00")
    same_hours = odd | {"on": "2027-04-02", "version": "1"}
    assert (await lycee.browser.post(path, same_hours)).status_code == 303
    assert (await lycee.browser.post(path, same_hours | {"ends": "06:30", "version": "2"})).status_code == 422


async def test_a_page_read_before_another_host_s_change_is_told_so(lycee):
    slot, *_ = await a_visit(lycee)
    await rows("UPDATE slots SET version = 3")
    for path in (f"/lycee/creneaux/{slot}/deplacement", f"/lycee/creneaux/{slot}/places"):
        fields = APRIL | {"seats": "30", "groups_max": "2", "company_places": "4"}
        answer = await lycee.browser.post(path, fields)
        assert answer.status_code == 409
        assert "Quelqu'un a changé cette fiche entre-temps." in words(answer.text)
    assert (
        await lycee.browser.post(f"/lycee/creneaux/{slot}/deplacement", APRIL | {"version": "3"})
    ).status_code == 303


async def test_added_places_go_to_the_group_that_waits(lycee):
    slot, *_ = await a_visit(lycee)
    waits = await builders.reservation(
        slot=slot, group=await builders.group(name="5e A"), state="waiting", pupils=20, by=await builders.account()
    )
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}/modification")).text)
    assert "1 groupe attend : des places ajoutées lui sont proposées aussitôt" in shown
    fields = {"seats": "48", "groups_max": "2", "company_places": "4", "version": "0"}
    answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/places", fields)
    assert answer.headers["location"] == f"/lycee/creneaux/{slot}?fait=places-proposees"
    assert await value("SELECT state FROM reservations WHERE id = $1", waits) == "offered"


async def test_places_that_are_taken_cannot_go(lycee):
    slot, *_ = await a_visit(lycee)
    fields = {"seats": "19", "groups_max": "1", "company_places": "4", "version": "0"}
    answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/places", fields)
    assert answer.status_code == 409
    assert 'id="seats-erreur"' in answer.text
    assert "20 élèves ont déjà leur place : gardez 20 au moins." in words(answer.text)
    answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/places", fields | {"seats": "20"})
    assert answer.headers["location"] == f"/lycee/creneaux/{slot}?fait=places-changees"


async def test_an_emptied_number_is_refused_and_the_same_numbers_change_nothing(lycee):
    slot, *_ = await a_visit(lycee)
    other = await builders.slot(host=lycee.school, starts_at=paris("2027-04-06 09:00"))
    was = await rows("SELECT seats, groups_max, company_places, version FROM slots ORDER BY id")
    sizes = {name: str(size) for name, size in was[0].items()}
    for emptied in ("seats", "groups_max", "company_places"):
        answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/places", sizes | {"seats": "30", emptied: " "})
        assert (answer.status_code, f'id="{emptied}-erreur"' in answer.text) == (422, True)
    same = await lycee.browser.post(f"/lycee/creneaux/{slot}/places", sizes)
    assert "Rien n'a changé." in words((await lycee.browser.get(same.headers["location"])).text)
    assert await rows("SELECT seats, groups_max, company_places, version FROM slots ORDER BY id") == was
    assert await value("SELECT count(*) FROM events WHERE act = 'slot_resized'") == 0
    fewer = await lycee.browser.post(f"/lycee/creneaux/{other}/places", sizes | {"company_places": "1"})
    assert fewer.headers["location"] == f"/lycee/creneaux/{other}?fait=places-changees"


async def test_calling_off_speaks_of_what_groups_read_only_where_there_are_some(lycee):
    told = "Les groupes y lisent les créneaux proches qui leur conviennent."
    slot, _, _ = await a_visit(lycee)
    assert told in words((await lycee.browser.get(f"/lycee/creneaux/{slot}/annulation")).text)
    alone = await builders.slot(host=lycee.school, starts_at=paris("2027-04-06 09:00"))
    await builders.attendance(slot=alone, company=await builders.company())
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{alone}/annulation")).text)
    assert ("1 entreprise : chacun reçoit un mail" in shown, told in shown) == (True, False)


async def test_calling_off_says_whom_it_touches_then_tells_them_why(lycee):
    slot, visit, claire = await a_visit(lycee)
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}/annulation")).text)
    assert "1 groupe et 1 entreprise : chacun reçoit un mail avec votre raison" in shown
    assert "Annuler et prévenir 1 groupe et 1 entreprise" in shown
    answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/annulation", {"reason": " "})
    assert (answer.status_code, 'id="reason-erreur"' in answer.text) == (422, True)
    answer = await lycee.browser.post(f"/lycee/creneaux/{slot}/annulation", {"reason": "Machine en panne"})
    assert answer.headers["location"] == f"/lycee/creneaux/{slot}?fait=creneau-annule"
    shown = words((await lycee.browser.get(answer.headers["location"])).text)
    assert "Raison : Machine en panne" in shown
    assert await value("SELECT state FROM reservations WHERE id = $1", visit) == "called_off"

    other = await builders.slot(starts_at=paris("2027-04-06 09:00"))
    teacher = await Browser(APP, now=NOW).sign_in(claire)
    page = await teacher.get(f"/reservations/{visit}")
    group = await value('SELECT "group" FROM reservations WHERE id = $1', visit)
    assert "D'autres créneaux conviennent à ce groupe" in words(page.text)
    assert f'href="/creneaux/{other}/reserver?groupe={group}"' in page.text
    host_page = (await lycee.browser.get(f"/reservations/{visit}")).text
    assert "D'autres créneaux" not in host_page


async def test_what_is_closed_called_off_or_begun_says_so(lycee):
    slot, *_ = await a_visit(lycee)
    await rows("UPDATE slots SET starts_at = $1", NOW - timedelta(hours=1))
    refused = await lycee.browser.post(f"/lycee/creneaux/{slot}/deplacement", APRIL)
    assert (refused.status_code, "Cette visite a commencé" in words(refused.text)) == (409, True)
    for state, sentence in (("done", "Cette visite est close"), ("called_off", "Ce créneau est annulé")):
        await rows("UPDATE slots SET state = $1, reason = 'Panne'", state)
        for act in ("modification", "annulation"):
            refused = await lycee.browser.get(f"/lycee/creneaux/{slot}/{act}")
            assert (refused.status_code, sentence in words(refused.text)) == (409, True), (state, act)
        for act in ("deplacement", "places", "conditions", "annulation"):
            again = await lycee.browser.post(f"/lycee/creneaux/{slot}/{act}", APRIL | {"reason": "Encore"})
            assert again.status_code == 409, (state, act)


async def test_the_slot_of_another_lycee_is_a_page_that_does_not_exist(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    slot, *_ = await a_visit(other)
    for act in ("deplacement", "places", "annulation", "deplacement/apercu"):
        path = f"/lycee/creneaux/{slot}/{act}"
        fields = APRIL | {"reason": "Non", "seats": "30", "groups_max": "2", "company_places": "4"}
        assert (await lycee.browser.post(path, fields)).status_code == 404, act
    for act in ("deplacement", "places", "conditions", "modification", "annulation"):
        assert (await lycee.browser.get(f"/lycee/creneaux/{slot}/{act}")).status_code == 404, act
    assert await value("SELECT state FROM slots") == "open"


async def test_conditions_are_changed_on_a_page_that_keeps_what_was_typed(lycee):
    slot, *_ = await a_visit(lycee)
    path = f"/lycee/creneaux/{slot}/conditions"
    text = (await lycee.browser.get(f"/lycee/creneaux/{slot}/modification")).text
    assert 'name="closes_on" value="2027-03-18"' in text
    asked = {"closes_on": "2027-03-18", "levels": ["5e"], "one_per_trade": "oui", "version": "0"}
    answer = await lycee.browser.post(path, asked)
    assert (answer.status_code, 'id="levels-erreur"' in answer.text) == (409, True)
    assert "4e B (Collège Stendhal, 4e) a réservé ou attend une place" in words(answer.text)
    boxes = re.findall(r'name="levels" value="(..)"( checked)?', answer.text)
    assert boxes == [("6e", ""), ("5e", " checked"), ("4e", ""), ("3e", "")]
    answer = await lycee.browser.post(path, asked | {"closes_on": "2027-03-26", "levels": ["4e"]})
    assert (answer.status_code, 'id="closes_on-erreur"' in answer.text) == (422, True)
    answer = await lycee.browser.post(path, asked | {"levels": ["4e", "3e"]})
    assert answer.headers["location"] == f"/lycee/creneaux/{slot}?fait=conditions-changees"
    kept = await row("SELECT booking_closes_at, levels, one_per_trade, on_agreement FROM slots")
    assert tuple(kept) == (paris("2027-03-18 18:00"), ["4e", "3e"], True, False)
    await tell()
    assert await value("SELECT count(*) FROM notices") == 0


async def test_the_objects_of_the_day_are_chosen_among_the_workshop_s(lycee):
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge")
    workshop = await builders.workshop(host=lycee.school, objects=(lamp, clock))
    slot, *_ = await a_visit(lycee, workshop=workshop)
    path = f"/lycee/creneaux/{slot}/conditions"
    asked = {"closes_on": "2027-03-18", "levels": ["4e"], "version": "0"}
    answer = await lycee.browser.post(path, asked | {"objects": ""})
    assert (answer.status_code, 'id="objects-erreur"' in answer.text) == (422, True)
    answer = await lycee.browser.post(path, asked | {"objects": [str(clock)]})
    assert answer.headers["location"] == f"/lycee/creneaux/{slot}?fait=conditions-changees"
    page = (await lycee.browser.get(f"/lycee/creneaux/{slot}/modification")).text
    boxes = re.findall(r'name="objects" value="(\d+)"( checked)?', page)
    assert boxes == [(str(clock), " checked"), (str(lamp), "")]
