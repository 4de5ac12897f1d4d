from __future__ import annotations

from tests import builders
from tests.booking.web.host.lycee import APP, a_lycee, words
from tests.browsing import Browser
from tests.builders import NOW
from workshops.database import row, rows, value


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


async def test_what_is_done_to_a_room_is_read_in_the_journal_by_the_coordination_alone(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    await lycee.browser.post("/lycee/salles", {"name": "Hall B", "seats": "30"})
    here = f"/lycee/salles/{await value('SELECT id FROM rooms')}"
    for path, typed in (
        ("", {"name": "Hall B", "seats": "30"}),  # nothing changed
        ("", {"name": "Hall C", "seats": "30"}),
        ("", {"name": "Hall C", "seats": "28"}),
        ("/fermeture", {}),
        ("/fermeture", {}),  # closed already
        ("/reouverture", {}),
        ("/reouverture", {}),
    ):
        await lycee.browser.post(f"{here}{path}", typed)
    # What another lycée may not do, and what is refused, did not happen.
    await other.browser.post(f"{here}/fermeture")
    await lycee.browser.post("/lycee/salles", {"name": "Hall C", "seats": "12"})
    told = await rows(
        """SELECT e.act, e.by, w.words FROM events e LEFT JOIN event_words w ON w.event = e.id
        WHERE e.about_kind = 'room' ORDER BY e.id"""
    )
    assert [tuple(one) for one in told] == [
        ("room_added", lycee.account, "Hall B"),
        ("room_renamed", lycee.account, "Hall B, désormais Hall C"),
        ("room_resized", lycee.account, "Hall C"),
        ("room_closed", lycee.account, "Hall C"),
        ("room_reopened", lycee.account, "Hall C"),
    ]
    office = await Browser(APP, now=NOW).sign_in(await builders.person("coordinator", "nadia@example.org"))
    page = words((await office.get("/gestion/journal?sujet=room")).text)
    for line in (
        "Salle ajoutée Marc Perrin Salle n° 1 Hall B",
        "Salle renommée Marc Perrin Salle n° 1 Hall B, désormais Hall C",
        "Places d'une salle changées Marc Perrin Salle n° 1 Hall C",
        "Salle fermée Marc Perrin Salle n° 1 Hall C",
        "Salle rouverte Marc Perrin Salle n° 1 Hall C",
    ):
        assert line.replace("n° 1", f"n° {here.rpartition('/')[2]}") in page
    assert (await lycee.browser.get("/gestion/journal")).status_code == 404
    assert await value("SELECT count(*) FROM notices") == 0
