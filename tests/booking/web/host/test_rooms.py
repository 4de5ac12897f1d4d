from __future__ import annotations

from tests import builders
from tests.booking.web.host.lycee import a_lycee, words
from workshops.database import row, value


async def test_a_room_is_added_changed_closed_and_opened_again(lycee):
    assert "Aucune salle" in words((await lycee.browser.get("/lycee/salles")).text)
    answer = await lycee.browser.post("/lycee/salles", {"name": "Hall B", "seats": "30"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/lycee/salles?fait=salle-ajoutee")
    room = await value("SELECT id FROM rooms")
    await lycee.browser.post(f"/lycee/salles/{room}", {"name": "Hall C", "seats": "28"})
    assert tuple(await row("SELECT name, seats, closed FROM rooms")) == ("Hall C", 28, False)
    answer = await lycee.browser.post(f"/lycee/salles/{room}/fermeture")
    assert answer.headers["location"] == "/lycee/salles?fait=salle-fermee"
    assert "Salles fermées Hall C 28 élèves au plus Rouvrir la salle" in words(
        (await lycee.browser.get("/lycee/salles")).text
    )
    await lycee.browser.post(f"/lycee/salles/{room}/reouverture")
    assert await value("SELECT closed FROM rooms") is False


async def test_two_rooms_do_not_share_a_name_and_a_room_holds_people(lycee):
    await builders.room(school=lycee.school, name="Hall B")
    twice = await lycee.browser.post("/lycee/salles", {"name": "Hall B", "seats": "30"})
    assert '<a href="#name">Une salle de votre lycée porte déjà ce nom.</a>' in twice.text
    none = await lycee.browser.post("/lycee/salles", {"name": "Hall C", "seats": "0"})
    assert (none.status_code, '<a href="#seats">' in none.text, 'value="Hall C"' in none.text) == (422, True, True)


async def test_a_room_with_visits_to_come_is_not_closed(lycee):
    room = await builders.room(school=lycee.school)
    await builders.slot(host=lycee.school, room=room)
    answer = await lycee.browser.post(f"/lycee/salles/{room}/fermeture")
    assert answer.status_code == 409
    assert "Salle utilisée Des créneaux à venir ont lieu dans cette salle." in words(answer.text)
    assert await value("SELECT closed FROM rooms") is False


async def test_the_rooms_of_another_lycee_do_not_exist_here(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    theirs = await builders.room(school=other.school, name="Hall Z")
    assert (await lycee.browser.get(f"/lycee/salles/{theirs}")).status_code == 404
    for path in ("", "/fermeture", "/reouverture"):
        answer = await lycee.browser.post(f"/lycee/salles/{theirs}{path}", {"name": "X", "seats": "1"})
        assert answer.status_code == 404, path
    assert tuple(await row("SELECT name, closed FROM rooms")) == ("Hall Z", False)
