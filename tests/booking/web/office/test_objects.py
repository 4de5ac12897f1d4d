from __future__ import annotations

from tests import builders
from tests.browsing import read
from workshops.database import row, value


async def test_the_first_object_is_asked_for(office):
    assert "Aucun objet n'est décrit" in read(await office.get("/gestion/objets"))


async def test_an_object_is_added_and_listed(office):
    answer = await office.post(
        "/gestion/objets", {"name": "Lampe à balancier", "summary": "Un pied, un bras.", "minutes": "150"}
    )
    assert answer.headers["location"] == "/gestion/objets?fait=objet-enregistre"
    shown = read(await office.get(answer.headers["location"]))
    assert "L'objet est enregistré." in shown
    assert "Lampe à balancier · 150 minutes Un pied, un bras." in shown


async def test_an_object_is_corrected(office):
    lamp = await builders.tech_object(name="Lampe")
    form = await office.get(f"/gestion/objets/{lamp}")
    assert 'name="name" value="Lampe"' in form.text
    await office.post(f"/gestion/objets/{lamp}", {"name": "Lampe à balancier", "minutes": "90"})
    assert tuple(await row("SELECT name, minutes FROM tech_objects")) == ("Lampe à balancier", 90)


async def test_a_wrong_object_is_said_field_by_field_and_what_was_typed_stays(office):
    answer = await office.post("/gestion/objets", {"name": " ", "summary": "Un <pied>.", "minutes": "5"})
    assert answer.status_code == 422
    assert "2 réponses à corriger" in read(answer)
    assert '<a href="#name">' in answer.text
    assert '<a href="#minutes">' in answer.text
    assert "Un &lt;pied&gt;.</textarea>" in answer.text
    assert await value("SELECT count(*) FROM tech_objects") == 0


async def test_a_name_already_taken_is_said(office):
    await builders.tech_object(name="Lampe")
    answer = await office.post("/gestion/objets", {"name": "Lampe", "minutes": "90"})
    assert (answer.status_code, "Un objet porte déjà ce nom." in read(answer)) == (422, True)


async def test_an_object_that_does_not_exist_is_not_found(office):
    assert (await office.get("/gestion/objets/999")).status_code == 404
    assert (await office.post("/gestion/objets/999", {"name": "x", "minutes": "90"})).status_code == 404
