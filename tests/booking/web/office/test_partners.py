from __future__ import annotations

import re
from datetime import date

import pytest

from booking.web.office.partners import SHOWN
from tests import builders, builders_bts1
from tests.browsing import read
from workshops.database import row, rows, value

FORM = {"kind": "cnam", "name": "Cnam BFC", "role": "Forme.", "web": "https://www.example.org", "from_on": "2025-09-01"}


async def test_a_partner_is_added_corrected_and_leaves(office):
    assert "Aucun partenaire n'est noté" in read(await office.get("/gestion/partenaires"))
    answer = await office.post("/gestion/partenaires", FORM)
    assert answer.headers["location"] == "/gestion/partenaires?fait=partenaire-enregistre"
    number = await value("SELECT id FROM partners")
    await office.post(f"/gestion/partenaires/{number}", {**FORM, "role": "Certifie.", "to_on": "2026-12-31"})
    assert tuple(await row("SELECT kind, name, role, to_on FROM partners")) == (
        "cnam",
        "Cnam BFC",
        "Certifie.",
        date(2026, 12, 31),
    )
    shown = read(await office.get("/gestion/partenaires"))
    assert "Cnam BFC CNAM Certifie. Parti en décembre 2026" in shown
    assert await value("SELECT array_agg(act::text ORDER BY id) FROM events WHERE about_kind = 'partner'") == [
        "partner_welcomed",
        "partner_changed",
    ]


async def test_a_lycee_and_a_company_are_chosen_in_the_registers(office):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    firm = await builders.company(name="Horlogerie du Doubs")
    await office.post("/gestion/partenaires", {**FORM, "kind": "lycee", "name": "", "school": str(lycee)})
    await office.post(
        "/gestion/partenaires", {**FORM, "kind": "entreprise", "name": "", "company": "Horlogerie du Doubs"}
    )
    shown = read(await office.get("/gestion/partenaires"))
    assert "Lycée Jules Haag, Besançon Lycée Forme. depuis septembre 2025" in shown
    assert "Horlogerie du Doubs Entreprise Forme. depuis septembre 2025" in shown
    ways = {
        kind: f'href="/gestion/entreprises/{firm}">' in (await office.get(f"/gestion/partenaires/{number}")).text
        for number, kind in [tuple(one) for one in await rows("SELECT id, kind FROM partners")]
    }
    assert ways == {"lycee": False, "entreprise": True}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "mairie"}, "kind"),
        ({"name": ""}, "name"),
        ({"role": ""}, "role"),
        ({"web": "javascript:alert(1)"}, "web"),
        ({"from_on": ""}, "from_on"),
        ({"to_on": "2025-08-31"}, "to_on"),
        ({"kind": "lycee"}, "school"),
        ({"school": "x"}, "school"),
    ],
)
async def test_a_wrong_partner_is_said_at_its_field_and_what_was_typed_stays(office, wrong, field):
    answer = await office.post("/gestion/partenaires", {**FORM, **wrong})
    assert (answer.status_code, f'<a href="#{field}">' in answer.text) == (422, True)
    assert 'name="name" value="' in answer.text
    assert await value("SELECT count(*) FROM partners") == 0


async def test_a_partner_that_is_listed_already_is_told(office):
    await office.post("/gestion/partenaires", FORM)
    answer = await office.post("/gestion/partenaires", FORM)
    assert (answer.status_code, "Ce partenaire est déjà dans la liste." in read(answer)) == (409, True)


async def test_a_mistake_is_taken_off_the_list(office):
    number = await builders_bts1.partner()
    answer = await office.post(f"/gestion/partenaires/{number}/retrait")
    assert answer.headers["location"] == "/gestion/partenaires?fait=partenaire-retire"
    for path in ("", "/retrait"):
        assert (await office.post(f"/gestion/partenaires/{number}{path}", FORM)).status_code == 404
    assert (await office.get(f"/gestion/partenaires/{number}")).status_code == 404


async def test_a_long_list_goes_on_where_it_stopped(office):
    names = [f"Organisme {number:03}" for number in range(SHOWN + 2)]
    for name in names:
        await builders_bts1.partner(kind="autre", name=name)
    first = await office.get("/gestion/partenaires")
    assert f"{SHOWN + 2} partenaires" in read(first)
    assert "Partenaires suivants : il en reste 2" in read(first)
    second = await office.get(f"/gestion/partenaires?apres={SHOWN}")
    assert re.findall(r">(Organisme \d{3})</a>", first.text + second.text) == names
    assert 'rel="next"' not in second.text


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
