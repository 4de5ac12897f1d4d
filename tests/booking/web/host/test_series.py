from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.web.host.lycee import Lycee, a_lycee, words
from tests.browsing import Machine
from tests.builders import NOW, paris
from workshops.database import rows, value

DATE = re.compile(r'<input[^>]*name="dates" value="([^"]+)"( checked)?')


def filled(workshop: int, **changed: object) -> dict[str, object]:
    return {
        "workshop": workshop,
        "first_on": "2027-03-11",
        "last_on": "2027-04-15",
        "weekdays": ["3"],
        "starts": "09:00",
        "ends": "12:00",
        "room": "",
        "seats": "",
        "groups_max": "",
        "company_places": "2",
        **changed,
    }


def boxes(text: str) -> dict[str, bool]:
    """Each box of the page, and whether it is ticked."""
    return {value: bool(checked) for value, checked in DATE.findall(text)}


async def a_calendar(school: int) -> None:
    await builders.closure(school=school, on=date(2027, 3, 18), until=date(2027, 3, 19))
    await builders.holidays(date(2027, 4, 10), date(2027, 4, 25))


@pytest.fixture
async def workshop(lycee):
    return await builders.workshop(host=lycee.school)


async def test_the_preview_lists_each_date_with_its_reason_and_stores_nothing(lycee):
    workshop = await builders.workshop(host=lycee.school, title="Lampe à balancier", seats=20)
    await a_calendar(lycee.school)
    await builders.slot(workshop=workshop, starts_at=paris("2027-04-01 10:00"))
    answer = await lycee.browser.post("/lycee/creneaux/serie/dates", filled(workshop))
    assert answer.status_code == 200
    shown = words(answer.text)
    assert "« Lampe à balancier », de 9 h 00 à 12 h 00, 20 places : 3 dates libres sur 6." in shown
    assert (
        "Laissées de côté : 1 date pendant les vacances, 1 jour de fermeture, 1 date où un créneau est déjà ouvert."
        in shown
    )
    assert "jeudi 18 mars 2027 Lycée fermé" in shown
    assert "jeudi 15 avril 2027 Vacances" in shown
    assert "Créneau déjà ouvert « Lampe à balancier » , 10 h 00 à 13 h 00" in shown
    assert boxes(answer.text) == {
        "2027-03-11:open": True,
        "2027-03-25:open": True,
        "2027-04-01:host_taken": False,
        "2027-04-08:open": True,
    }
    assert await value("SELECT count(*) FROM slots") == 1


async def test_five_questions_of_a_series_stand_open_and_the_rest_unfolds_once_it_says_something(lycee, workshop):
    page = (await lycee.browser.get("/lycee/creneaux/serie")).text
    form = page.partition('action="/lycee/creneaux/serie/dates"')[2].partition("</form>")[0]
    open_, _, folded = form.partition("<details")
    asked = re.compile(r'name="(\w+)"')
    assert list(dict.fromkeys(asked.findall(open_)))[-5:] == ["workshop", "first_on", "last_on", "weekdays", "starts"]
    rest = ["ends", "room", "seats", "groups_max", "company_places", "one_per_trade", "on_agreement"]
    assert asked.findall(folded) == [*rest, "wednesday_afternoons", "alone"]
    assert "<details" in form
    unfolded = '<details class="panel" open>\n  <summary><span>Autres réglages'
    usual = filled(workshop, ends="")
    room = await builders.room(school=lycee.school)
    for more, opened in (
        ({}, False),
        ({"room": room}, True),
        ({"ends": "12:00"}, True),
        ({"company_places": "0"}, True),
        ({"alone": "oui"}, True),
        ({"seats": "beaucoup"}, True),
        ({"starts": "midi"}, False),
    ):
        answer = await lycee.browser.post("/lycee/creneaux/serie/dates", usual | more)
        assert (unfolded in answer.text.replace("\n    ", "\n").replace("\n<summary", "\n  <summary")) == opened, more


async def test_the_ticked_dates_are_opened_in_one_act_on_either_side_of_a_change_of_clocks(lycee):
    workshop, room = await builders.workshop(host=lycee.school), await builders.room(school=lycee.school)
    asked = filled(workshop, room=room, dates=["2027-03-11:open", "2027-03-25:open", "2027-04-01:open"])
    answer = await lycee.browser.post("/lycee/creneaux/serie", asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lycee/creneaux/series/1?fait=serie-ouverte")
    kept = await rows("SELECT starts_at, room, seats, company_places FROM slots ORDER BY starts_at")
    assert [tuple(one) for one in kept] == [
        (paris(f"2027-{on} 09:00"), room, 24, 2) for on in ("03-11", "03-25", "04-01")
    ]
    journal = await rows("SELECT by, detail FROM events WHERE act = 'slot_opened'")
    assert [tuple(one) for one in journal] == [(lycee.account, "série de 3")] * 3
    page = words((await lycee.browser.get("/lycee/creneaux/series/1?fait=serie-ouverte")).text)
    assert "Les créneaux de la série sont ouverts aux réservations." in page


async def test_a_series_across_a_period_that_opens_later_says_which_of_its_slots_wait_and_until_when(lycee, workshop):
    await builders.opening(opens_at=paris("2027-02-01 09:00"), first_on=date(2027, 3, 22), last_on=date(2027, 3, 26))
    waits = "Les créneaux du 22 au 26 mars se réservent à partir du lundi 1er février à 9 h"
    seen = await lycee.browser.post("/lycee/creneaux/serie/dates", filled(workshop))
    assert waits in words(seen.text)
    asked = filled(workshop, dates=["2027-03-11:open", "2027-03-25:open"])
    opened = await lycee.browser.post("/lycee/creneaux/serie", asked)
    page = words((await lycee.browser.get(opened.headers["location"])).text)
    assert "Les créneaux de la série sont ouverts. Une partie se réserve à partir de l'heure dite plus bas." in page
    assert waits in page
    alone = filled(workshop, first_on="2027-04-01", last_on="2027-04-01", dates=["2027-04-01:open"])
    other = await lycee.browser.post("/lycee/creneaux/serie", alone)
    assert other.headers["location"].endswith("?fait=serie-ouverte")


async def test_a_series_at_an_hour_at_which_no_class_comes_is_asked_about_on_the_page_and_by_key(lycee, app, workshop):
    odd = filled(workshop, starts="22:00", ends="23:30")
    asked = await lycee.browser.post("/lycee/creneaux/serie/dates", odd)
    assert (asked.status_code, "Vraiment à 22 h 00 ?" in words(asked.text)) == (422, True)
    assert 'name="odd_hours" value="oui"' in asked.text
    assert (await lycee.browser.post("/lycee/creneaux/serie/dates", odd | {"odd_hours": "oui"})).status_code == 200

    email = str(await value("SELECT email FROM accounts WHERE id = $1", lycee.account))
    await issue_token(email, token="a key of the tests", now=NOW)
    machine = Machine(app, "a key of the tests")
    body = {"workshop_id": workshop, "weekdays": [4], "starts": "03:00", "ends": "06:00"}
    body |= {"from": "2027-03-11", "to": "2027-04-15"}
    refused = await machine.post("/slots/series", body)
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {"odd_hours": "Vraiment à 3 h 00 ? Corrigez l'heure, ou confirmez-la."},
    )
    assert await value("SELECT count(*) FROM slots") == 0
    assert (await machine.post("/slots/series", body | {"odd_hours": True})).status_code == 201
    one = {"starts_at": "2027-03-26T03:00:00+01:00", "ends_at": "2027-03-26T06:00:00+01:00", "seats": 20}
    alone = await machine.post("/slots", one | {"workshop_id": workshop})
    assert (alone.status_code, list(alone.json()["errors"])) == (422, ["odd_hours"])


async def test_wednesday_afternoons_wait_for_a_tick(lycee, workshop):
    asked = filled(workshop, weekdays=["2"], last_on="2027-03-17", starts="13:30", ends="16:00")
    answer = await lycee.browser.post("/lycee/creneaux/serie/dates", asked)
    assert boxes(answer.text) == {"2027-03-17:wednesday_afternoon": False}
    await lycee.browser.post("/lycee/creneaux/serie", asked | {"dates": ["2027-03-17:wednesday_afternoon"]})
    assert await value("SELECT count(*) FROM slots") == 1
    other = asked | {"wednesday_afternoons": "oui", "first_on": "2027-03-24", "last_on": "2027-03-24"}
    assert boxes((await lycee.browser.post("/lycee/creneaux/serie/dates", other)).text) == {"2027-03-24:open": True}


async def test_a_date_taken_meanwhile_opens_nothing_and_shows_the_list_again(lycee, workshop):
    await builders.slot(workshop=workshop, starts_at=paris("2027-03-18 09:00"))
    asked = filled(workshop, last_on="2027-03-25", dates=["2027-03-11:open", "2027-03-18:open"])
    answer = await lycee.browser.post("/lycee/creneaux/serie", asked)
    assert answer.status_code == 409
    assert "Cette date ne peut plus s'ouvrir : 18/03/2027. Aucun créneau n'a été ouvert" in words(answer.text)
    assert boxes(answer.text) == {
        "2027-03-11:open": True,
        "2027-03-18:host_taken": False,
        "2027-03-25:open": False,
    }
    assert await value("SELECT count(*) FROM slots") == 1


async def test_sent_twice_a_series_is_opened_once(lycee, workshop):
    asked = filled(workshop, dates=["2027-03-11:open"])
    assert (await lycee.browser.post("/lycee/creneaux/serie", asked)).status_code == 303
    assert (await lycee.browser.post("/lycee/creneaux/serie", asked)).status_code == 409
    assert await value("SELECT count(*) FROM slots") == 1


async def test_without_a_weekday_the_first_date_gives_it_and_without_an_end_the_workshop_does(lycee):
    workshop = await builders.workshop(host=lycee.school, minutes=90)
    asked = filled(workshop, weekdays=[], ends="", first_on="2027-03-12", last_on="2027-03-20")
    answer = await lycee.browser.post("/lycee/creneaux/serie/dates", asked)
    assert boxes(answer.text) == {"2027-03-12:open": True, "2027-03-19:open": True}
    assert "de 9 h 00 à 10 h 30" in words(answer.text)


async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(lycee):
    workshop, room = await builders.workshop(host=lycee.school), await builders.room(school=lycee.school, seats=12)
    wrong = {
        "first_on": filled(workshop, first_on="2027-01-04"),
        "last_on": filled(workshop, last_on="2027-03-01"),
        "ends": filled(workshop, ends="08:00"),
        "starts": filled(workshop, starts="neuf heures"),
        "seats": filled(workshop, room=room, seats="20"),
        "workshop": filled(9999),
        "room": filled(workshop, room=9999),
        "weekdays": filled(workshop, weekdays=["3", "6"]),
    }
    for path in ("/lycee/creneaux/serie/dates", "/lycee/creneaux/serie"):
        for field, asked in wrong.items():
            answer = await lycee.browser.post(path, asked | {"dates": ["2027-03-11:open"]})
            assert answer.status_code == 422, (path, field)
            assert f'id="{field}-erreur"' in answer.text, (path, field)
            assert 'value="2" checked' not in answer.text
    assert await value("SELECT count(*) FROM slots") == 0


async def test_no_tick_and_a_date_that_is_not_of_the_series_are_refused(lycee, workshop):
    for dates in ([], ["2027-03-12:open"], ["hier"]):
        answer = await lycee.browser.post("/lycee/creneaux/serie", filled(workshop, dates=dates))
        assert answer.status_code == 422
        assert '<a href="#dates">' in answer.text
    assert await value("SELECT count(*) FROM slots") == 0


async def test_a_lycee_without_a_published_workshop_is_led_to_its_workshops(db):
    lycee: Lycee = await a_lycee()
    answer = await lycee.browser.get("/lycee/creneaux/serie")
    assert 'href="/lycee/ateliers"' in answer.text
    assert "Voir les dates" not in answer.text
    await builders.workshop(host=lycee.school)
    shown = await lycee.browser.get("/lycee/creneaux/serie?atelier=1")
    assert f'min="{(NOW + timedelta(days=1)).date()}"' in shown.text
