from __future__ import annotations

from datetime import date

import pytest

from tests import builders
from tests.booking.web.host.lycee import a_lycee, words
from tests.builders import paris
from workshops.database import row, value

KEPT = """SELECT starts_at, ends_at, booking_closes_at, seats, groups_max, company_places, room, state FROM slots"""


def filled(workshop: int, **changed: object) -> dict[str, object]:
    return {
        "workshop": workshop,
        "on": "2027-03-25",
        "starts": "08:30",
        "ends": "12:00",
        "room": "",
        "seats": "20",
        "groups_max": "2",
        "company_places": "2",
        "closes_on": "",
        **changed,
    }


@pytest.fixture
async def workshop(lycee):
    return await builders.workshop(host=lycee.school, objects=(await builders.tech_object(),))


async def test_without_a_published_workshop_the_form_leads_to_one(lycee):
    answer = await lycee.browser.get("/lycee/creneaux/nouveau")
    assert 'href="/lycee/ateliers/nouveau"' in answer.text
    assert '<form method="post" action="/lycee/creneaux"' not in answer.text
    drafted = await builders.workshop(host=lycee.school, state="draft", title="Lampe")
    answer = await lycee.browser.get("/lycee/creneaux/nouveau")
    assert "Complétez la fiche de sécurité de « Lampe », puis publiez-le." in words(answer.text)
    assert f'href="/lycee/ateliers/{drafted}"' in answer.text


async def test_opening_a_slot_shows_it_and_writes_who_opened_it(lycee, workshop):
    room = await builders.room(school=lycee.school, name="Hall B")
    answer = await lycee.browser.post("/lycee/creneaux", filled(workshop, room=room, closes_on="2027-03-17"))
    slot = await value("SELECT id FROM slots")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/lycee/creneaux/{slot}?fait=creneau-ouvert")
    assert tuple(await row(KEPT)) == (
        paris("2027-03-25 08:30"),
        paris("2027-03-25 12:00"),
        paris("2027-03-17 18:00"),
        20,
        2,
        2,
        room,
        "open",
    )
    assert tuple(await row("SELECT act, by, about FROM events WHERE act = 'slot_opened'")) == (
        "slot_opened",
        lycee.account,
        slot,
    )


async def test_a_slot_at_an_hour_at_which_no_class_comes_is_asked_about(lycee):
    workshop = await builders.workshop(host=lycee.school)
    for starts, ends, asked in (
        ("03:00", "06:00", "Vraiment à 3 h 00 ? Corrigez l'heure, ou confirmez-la."),
        ("22:00", "23:30", "Vraiment à 22 h 00 ? Corrigez l'heure, ou confirmez-la."),
        ("17:00", "20:00", "Vraiment jusqu'à 20 h 00 ? Corrigez l'heure, ou confirmez-la."),
    ):
        refused = await lycee.browser.post("/lycee/creneaux", filled(workshop, starts=starts, ends=ends))
        assert (refused.status_code, asked in words(refused.text)) == (422, True)
        assert 'name="odd_hours" value="oui"' in refused.text
    assert await value("SELECT count(*) FROM slots") == 0
    meant = filled(workshop, starts="03:00", ends="06:00", odd_hours="oui")
    assert (await lycee.browser.post("/lycee/creneaux", meant)).status_code == 303
    usual = filled(workshop, on="2027-03-26", starts="07:00", ends="12:00")
    assert (await lycee.browser.post("/lycee/creneaux", usual)).status_code == 303


async def test_what_is_left_blank_comes_from_the_workshop(lycee):
    workshop = await builders.workshop(host=lycee.school, minutes=150, seats=30, groups_max=3)
    await lycee.browser.post("/lycee/creneaux", filled(workshop, ends="", seats="", groups_max="", company_places=""))
    assert tuple(await row(KEPT)) == (
        paris("2027-03-25 08:30"),
        paris("2027-03-25 11:00"),
        paris("2027-03-18 18:00"),
        30,
        3,
        0,
        None,
        "open",
    )


async def test_a_last_day_after_that_of_the_lycee_is_refused_beside_its_field(lycee):
    workshop = await builders.workshop(host=lycee.school)
    answer = await lycee.browser.post("/lycee/creneaux", filled(workshop, closes_on="2027-03-19"))
    assert answer.status_code == 422
    assert "au plus tard le 18/03/2027 à 18 h, 5 jours d&#39;école avant la visite." in answer.text
    assert 'id="closes_on-erreur"' in answer.text


async def test_a_wednesday_afternoon_is_opened_with_a_word_of_warning(lycee, workshop):
    answer = await lycee.browser.post(
        "/lycee/creneaux", filled(workshop, on="2027-03-24", starts="13:30", ends="16:30")
    )
    assert answer.headers["location"].endswith("?fait=creneau-ouvert-mercredi")


async def test_every_wrong_answer_is_listed_and_what_was_typed_is_kept(lycee, workshop):
    wrong = filled(workshop, on="", starts="9 heures", seats="500", company_places="99", closes_on="demain")
    answer = await lycee.browser.post("/lycee/creneaux", wrong)
    assert answer.status_code == 422
    told = words(answer.text)
    for sentence in (
        "5 réponses à corriger",
        "Date : écrivez une date, par exemple 25/03/2027.",
        "Heure de début : écrivez une heure, par exemple 8:30.",
        "Places : écrivez un nombre de 1 à 200.",
        "Places pour des entreprises : écrivez un nombre de 0 à 50.",
        "Dernier jour pour réserver : écrivez une date",
    ):
        assert sentence in told
    assert 'value="9 heures"' in answer.text
    assert await value("SELECT count(*) FROM slots") == 0


async def test_a_refusal_stands_beside_the_field_it_speaks_of(lycee, workshop):
    room = await builders.room(school=lycee.school)
    await builders.slot(workshop=workshop, room=room, starts_at=paris("2027-03-25 10:00"))
    await builders.holidays(date(2027, 4, 10), date(2027, 4, 25))
    asked = {
        "on": filled(workshop, on="2027-04-13"),
        "room": filled(workshop, room=room),
        "ends": filled(workshop, ends="08:00"),
        "closes_on": filled(workshop, closes_on="2027-03-26"),
        "workshop": filled(999),
    }
    for field, fields in asked.items():
        answer = await lycee.browser.post("/lycee/creneaux", fields)
        assert answer.status_code in {409, 422}, field
        assert answer.text.count('<a href="#') - answer.text.count('<a href="#contenu') >= 1
        assert f'<p class="field-error" id="{field}-erreur">' in answer.text, field
    assert await value("SELECT count(*) FROM slots") == 1


async def test_a_day_that_has_passed_is_refused(lycee, workshop):
    answer = await lycee.browser.post("/lycee/creneaux", filled(workshop, on="2027-01-10"))
    assert "Ce moment est déjà passé." in words(answer.text)


async def test_the_workshop_and_room_of_another_lycee_cannot_be_chosen(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    workshop, room = await builders.workshop(host=lycee.school), await builders.room(school=other.school)
    theirs = await builders.workshop(host=other.school)
    for fields in (filled(theirs), filled(workshop, room=room)):
        assert (await lycee.browser.post("/lycee/creneaux", fields)).status_code == 422
    assert await value("SELECT count(*) FROM slots") == 0


async def test_a_slot_of_a_period_that_opens_later_is_opened_and_says_so(lycee, workshop):
    await builders.opening(opens_at=paris("2027-02-01 09:00"))
    answer = await lycee.browser.post("/lycee/creneaux", filled(workshop))
    assert answer.headers["location"].endswith("?fait=creneau-ouvert-plus-tard")
    page = words((await lycee.browser.get(answer.headers["location"])).text)
    assert "Le créneau est ouvert. Les collèges le voient, et le réservent à partir de l'heure dite plus bas." in page
    assert "lundi 1er février" in page


async def test_only_what_may_be_left_empty_is_called_optional(lycee):
    await builders.workshop(host=lycee.school)
    page = words((await lycee.browser.get("/lycee/creneaux/nouveau")).text)
    optional = [label for label in ("Date", "Salle", "Places pour des entreprises") if f"{label} (facultatif)" in page]
    assert optional == ["Salle"]


async def test_a_slot_called_off_before_its_opening_is_not_said_to_open(lycee):
    await builders.opening(opens_at=paris("2027-02-01 09:00"))
    slot = await builders.slot(host=lycee.school)
    told = ("Ouverture lundi 1er février à 9 h", "D'ici là, les collèges voient ce créneau sans pouvoir le réserver.")
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert [sentence in shown for sentence in told] == [True, True]
    await lycee.browser.post(f"/lycee/creneaux/{slot}/annulation", {"reason": "Machine en panne"})
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert ("Annulé" in shown, [sentence in shown for sentence in told]) == (True, [False, False])
