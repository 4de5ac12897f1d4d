from __future__ import annotations

import re
from datetime import date

import pytest

from tests import builders, builders_bts1
from tests.browsing import Browser, read
from tests.builders import paris
from workshops.database import value


async def test_each_partner_is_told_with_its_role_since_when_and_what_it_did_this_year(visitor):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    firm = await builders.company(name="Horlogerie du Doubs")
    university = await builders_bts1.partner(web="https://www.example.org")
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag, Besançon", role="Reçoit.", school=lycee)
    await builders_bts1.partner(kind="entreprise", name="Horlogerie du Doubs", role="Vient.", company=firm)
    course = await builders_bts1.opened(school=lycee)
    await builders._insert("bts1_partners", course=course, kind="universite", name="UMLP", partner=university)
    slot = await builders.slot(host=lycee, starts_at=paris("2026-11-12 09:00"), state="done")
    await builders.turnout(slot=slot, counted=23)
    await builders.company_turnout(slot=slot, company=firm)
    ahead = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=ahead, group=await builders.group())
    answer = await visitor.get("/consortium")
    shown = read(answer)
    assert (
        "Organismes (1) Université Marie et Louis Pasteur Délivre les diplômes."
        " Université · depuis septembre 2025 · Site de Université Marie et Louis Pasteur 1 formation BTS+1"
    ) in shown
    assert (
        "Lycées (1) Lycée Jules Haag, Besançon Reçoit. depuis septembre 2025"
        " 1 visite reçue , 23 élèves 1 visite à venir 1 formation BTS+1"
    ) in shown
    assert "Entreprises (1) Horlogerie du Doubs Vient. depuis septembre 2025 1 venue à une visite" in shown
    assert 'href="https://www.example.org"' in answer.text


async def test_so_few_pupils_are_not_told_in_public(visitor):
    lycee = await builders.school(kind="lycee")
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag", school=lycee)
    slot = await builders.slot(host=lycee, starts_at=paris("2026-11-12 09:00"), state="done")
    await builders.turnout(slot=slot, counted=4)
    assert "1 visite reçue , élèves : masqué" in read(await visitor.get("/consortium"))


async def test_who_has_left_and_who_is_yet_to_come_are_not_shown(visitor):
    await builders_bts1.partner(kind="cnam", name="Parti", to_on=date(2027, 1, 10))
    await builders_bts1.partner(kind="uimm", name="Attendu", from_on=date(2027, 1, 12))
    shown = read(await visitor.get("/consortium"))
    assert "La liste des partenaires n'est pas encore publiée" in shown
    assert ("Parti " in shown, "Attendu" in shown) == (False, False)


async def test_the_footer_of_every_page_leads_there(visitor):
    assert '<a href="/consortium">Le consortium</a>' in (await visitor.get("/creneaux")).text


ASKED = {
    "siret": "55208131766522",
    "company_name": "Scierie du Haut",
    "commune": "Pontarlier",
    "contact_name": "Luc Petit",
    "email": "luc.petit@example.org",
    "proposal": "Deux techniciens\ntémoignent.",
}


@pytest.fixture(autouse=True)
async def pontarlier(db) -> None:
    await builders.school(name="Collège Philippe Grenier", commune="Pontarlier")


async def test_a_commune_is_chosen_among_those_that_are_known_and_kept_as_it_is_written(app):
    form = (await Browser(app).get("/rejoindre")).text
    assert '<datalist id="communes"><option value="Pontarlier"></option></datalist>' in form
    refused = await Browser(app).post("/rejoindre", ASKED | {"commune": "Atlantide", "siret": "123"})
    for why in ("2 réponses à corriger", "Commune : choisissez dans la liste la vôtre, ou la plus proche."):
        assert why in read(refused)
    assert 'value="Atlantide"' in refused.text
    await Browser(app).post("/rejoindre", ASKED | {"commune": "25300 PONTARLIER cedex"})
    assert await value("SELECT commune FROM company_requests") == "Pontarlier"


async def test_a_known_company_and_an_unknown_one_read_the_same(app):
    firm = await builders.company(siret=ASKED["siret"])
    await builders.membership(await builders.account(ASKED["email"]), "company", company=firm)
    known = await Browser(app).post("/rejoindre", ASKED)
    unknown = await Browser(app).post("/rejoindre", ASKED | {"siret": "35600000000048"})
    assert (known.status_code, read(known)) == (unknown.status_code, read(unknown))
    assert "Votre demande est partie" in read(known)


async def test_who_waits_for_the_answer_reads_sessions_that_it_may_still_reach_those_with_pupils_first(app):
    """NOW is a Monday: before the next one nobody has answered."""
    app.state.clock = lambda: builders.NOW
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    taught = await builders.workshop(host=haag, title="Découpe laser")
    empty = await builders.slot(workshop=taught, company_places=2, starts_at=builders.paris("2027-03-24 09:00"))
    booked = await builders.slot(workshop=taught, company_places=2)
    await builders.slot(workshop=taught, company_places=0, starts_at=builders.paris("2027-03-26 09:00"))
    soon = await builders.slot(workshop=taught, company_places=2, starts_at=builders.paris("2027-01-15 09:00"))
    for slot in (booked, soon):
        await builders.reservation(slot=slot, group=await builders.group(), pupils=3)
    answer = await Browser(app).post("/rejoindre", ASKED)
    told = "Découpe laser , Lycée Jules Haag, Besançon Élèves attendus · 2 places d'entreprise"
    assert f"jeudi 25 mars 2027, 9 h 00 {told}" in read(answer)
    assert "Besançon Aucun groupe pour l'instant · 2 places d'entreprise" in read(answer)
    assert re.findall(r'href="(/(?:creneaux|seances)[^"]*)"', answer.text.split("<main")[1].split("</main")[0]) == [
        f"/creneaux/{booked}",
        f"/creneaux/{empty}",
    ]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"siret": "55208131766523"}, "Ce SIRET n'est pas valable"),
        ({"proposal": ""}, "Ce que vous proposez : à remplir."),
        ({"contact_name": "www.spam.example"}, "Prénom et nom : écrivez-les seuls"),
        ({"email": "luc"}, "Écrivez une adresse de messagerie complète"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field_and_stays_typed(app, asked, why):
    answer = await Browser(app).post("/rejoindre", ASKED | asked)
    assert (answer.status_code, why in read(answer), "Scierie du Haut" in answer.text) == (422, True, True)
    assert await value("SELECT count(*) FROM company_requests") == 0


async def test_all_that_is_wrong_is_said_at_once(app):
    answer = read(await Browser(app).post("/rejoindre", ASKED | {"siret": "55208131766523", "email": "luc"}))
    assert ("2 réponses à corriger" in answer, "Ce SIRET n'est pas valable" in answer) == (True, True)
    wrong = {"siret": "123", "company_name": "", "contact_name": "1234", "email": "abc@"}
    answer = read(await Browser(app).post("/rejoindre", ASKED | wrong))
    for why in (
        "4 réponses à corriger",
        "Ce SIRET n'est pas valable",
        "Nom de l'entreprise : à remplir.",
        "Prénom et nom : écrivez-les seuls",
        "Écrivez une adresse de messagerie complète",
    ):
        assert why in answer


async def test_the_coordinator_accepts_one_and_refuses_another_in_place(app):
    nadia = await builders.person("coordinator", "nadia@example.org")
    await Browser(app).post("/rejoindre", ASKED)
    await Browser(app).post("/rejoindre", ASKED | {"siret": "35600000000048", "email": "zoe@example.org"})
    office = await Browser(app).sign_in(nadia)
    page = read(await office.get("/gestion/inscriptions"))
    assert ("Scierie du Haut" in page, "Deux techniciens témoignent." in page) == (True, True)
    first, second = [await value(f"SELECT {one}(id) FROM company_requests") for one in ("min", "max")]
    yes = await office.post(f"/gestion/inscriptions/entreprises/{first}/acceptation")
    no = await office.post(f"/gestion/inscriptions/entreprises/{second}/refus")
    assert ("entreprise-accueillie" in yes.headers["location"], "entreprise-declinee" in no.headers["location"]) == (
        *(True, True),
    )
    late = await office.post(f"/gestion/inscriptions/entreprises/{first}/refus")
    assert (late.status_code, "a déjà sa réponse" in read(late)) == (410, True)
    assert await value("SELECT count(*) FROM companies") == 1
