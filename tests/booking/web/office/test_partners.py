from __future__ import annotations

from datetime import date

import pytest

from tests import builders, builders_bts1
from tests.browsing import read
from workshops.database import row, value

FORM = {"kind": "cnam", "name": "Cnam BFC", "role": "Forme.", "web": "https://www.example.org", "from_on": "2025-09-01"}


async def test_a_partner_is_added_corrected_and_leaves(office):
    answer = await office.post("/gestion/partenaires", FORM)
    number = await value("SELECT id FROM partners")
    assert answer.headers["location"] == f"/gestion/partenaires/{number}?fait=partenaire-enregistre"
    await office.post(f"/gestion/partenaires/{number}", {**FORM, "role": "Certifie.", "to_on": "2026-12-31"})
    assert tuple(await row("SELECT kind, name, role, to_on FROM partners")) == (
        "cnam",
        "Cnam BFC",
        "Certifie.",
        date(2026, 12, 31),
    )
    shown = read(await office.get(f"/gestion/partenaires/{number}"))
    assert "Cnam BFC CNAM Consortium Parti en décembre 2026 Certifie. Site" in shown
    assert "Partenaire modifié : Certifie., du 2025-09-01 au 2026-12-31" in shown
    assert await value("SELECT array_agg(act::text ORDER BY id) FROM events WHERE about_kind = 'partner'") == [
        "partner_welcomed",
        "partner_changed",
    ]


async def test_a_lycee_and_a_company_join_on_their_own_page_which_has_everything_about_them(office):
    lycee, other = [await builders.school(kind="lycee", name=f"Lycée {name}") for name in ("Jules Haag", "Pergaud")]
    firm = await builders.company(name="Horlogerie du Doubs")
    siret = await value("SELECT siret FROM companies")
    places = {f"etablissements/{lycee}": {"school": str(lycee)}, f"entreprises/{firm}": {"company": siret}}
    for path, place in places.items():
        page = f"/gestion/{path}"
        kind = "lycee" if "school" in place else "entreprise"
        assert "Ajouter au consortium" in read(await office.get(page))
        fields = {**FORM, "kind": kind, "name": "", **place}
        wrong = await office.post("/gestion/partenaires", fields | {"role": ""})
        assert (wrong.status_code, '<a href="#role">' in wrong.text) == (422, True)
        assert "<details open>" in wrong.text
        added = await office.post("/gestion/partenaires", fields)
        assert added.headers["location"] == f"{page}?fait=partenaire-enregistre"
        number = await value("SELECT max(id) FROM partners")
        there = await office.get(f"/gestion/partenaires/{number}")
        assert (there.status_code, there.headers["location"]) == (301, page)
        assert "Consortium Partenaire depuis septembre 2025 Forme." in read(await office.get(page))
        corrected = await office.post(f"/gestion/partenaires/{number}", {**FORM, "name": "", "to_on": "2025-08-31"})
        assert (corrected.status_code, '<a href="#to_on">' in corrected.text) == (422, True)
        await office.post(f"/gestion/partenaires/{number}", {**FORM, "name": "", "role": "Accueille."})
        assert "Accueille." in read(await office.get(page))
    assert "Ajouter au consortium" in read(await office.get(f"/gestion/etablissements/{other}"))
    gone = await office.post(f"/gestion/partenaires/{number}/retrait")
    assert gone.headers["location"] == f"/gestion/entreprises/{firm}?fait=partenaire-retire"


async def test_a_body_s_page_says_who_reads_for_it_and_what_it_does(office):
    cnam = await builders_bts1.partner(kind="cnam", name="Cnam")
    uimm = await builders_bts1.partner(kind="uimm", name="UIMM")
    await builders.person("consortium", "odile@example.org", name="Odile Mercier", partner=cnam)
    assert "Odile Mercier · Membre du consortium odile@example.org" in read(
        await office.get(f"/gestion/partenaires/{cnam}")
    )
    theirs = read(await office.get(f"/gestion/partenaires/{uimm}"))
    assert "Odile Mercier" not in theirs
    assert "Invitez quelqu'un qui lira le bilan pour ce partenaire." in theirs


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
    assert answer.headers["location"] == "/gestion/repertoire?type=partenaire&fait=partenaire-retire"
    for path in ("", "/retrait"):
        assert (await office.post(f"/gestion/partenaires/{number}{path}", FORM)).status_code == 404
    assert (await office.get(f"/gestion/partenaires/{number}")).status_code == 404


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
