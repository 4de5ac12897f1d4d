from __future__ import annotations

import re

import pytest

from booking.web.office.schools import SHOWN
from tests import builders
from tests.browsing import read
from tests.builders import paris
from workshops.database import row, rows, value


async def test_without_any_school_the_page_says_to_import_the_directory(office):
    shown = await office.get("/gestion/etablissements")
    assert "Aucun établissement n'est connu" in read(shown)
    assert 'href="/gestion/imports">Importer l&#39;annuaire</a>' in shown.text


async def test_departements_are_counted_and_lead_to_their_schools(office):
    await builders.school(name="Collège Stendhal")
    await builders.school(kind="lycee", name="Lycée Jules Haag")
    await builders.school(name="Collège de l'Arc", department="39")
    shown = await office.get("/gestion/etablissements")
    assert "2 collèges et 1 lycée sont connus." in read(shown)
    assert "Doubs 1 1 Jura 1 0" in read(shown)
    listed = read(await office.get("/gestion/etablissements?departement=25"))
    assert "2 établissements conviennent." in listed
    assert "Collège de l'Arc" not in listed


async def test_schools_are_searched_without_accents_and_by_kind(office):
    await builders.school(name="Collège Victor Hugo", commune="Besançon")
    await builders.school(kind="lycee", name="Lycée Victor Hugo", commune="Besançon")
    assert "2 établissements conviennent." in read(await office.get("/gestion/etablissements?q=hugo+besancon"))
    only = await office.get("/gestion/etablissements?q=hugo&type=lycee")
    assert re.findall(r'<a href="/gestion/etablissements/\d+">([^<]+)</a>', only.text) == ["Lycée Victor Hugo"]
    assert "Aucun établissement ne convient" in read(await office.get("/gestion/etablissements?q=zzz"))


async def test_a_school_page_tells_its_people_its_figures_and_its_card(office):
    college = await builders.school(name="Collège Stendhal", mail="ce.0250009z@ac-besancon.fr", uai="0250011B")
    await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    await builders.turnout(slot=await builders.slot(state="done"), school=college, counted=23)
    answer = await office.get(f"/gestion/etablissements/{college}")
    shown = read(answer)
    for told in (
        "Élèves venus 23 en 1 visite close",
        "Claire Renaud · Enseignant claire@example.org Jamais connecté",
        "UAI 0250011B",
        "1 rue Labbé 25000 Besançon",
        "Zone A",
    ):
        assert told in shown
    assert 'href="/gestion/comptes/invitation?role=teacher&amp;uai=0250011B"' in answer.text


async def test_a_school_without_anyone_says_whom_to_invite(office):
    lycee = await builders.school(kind="lycee")
    assert "Invitez la personne qui accueillera les groupes." in read(
        await office.get(f"/gestion/etablissements/{lycee}")
    )


async def test_an_unknown_school_is_not_found(office):
    assert (await office.get("/gestion/etablissements/999")).status_code == 404


async def test_a_long_list_goes_on_where_it_stopped_and_says_how_many_there_are(office):
    for number in range(SHOWN + 3):
        await builders.school(name=f"Collège {number:03}", commune="Dole", department="39")
    await builders.school(name="Collège 999", commune="Aiglepierre")
    for asked in ("departement=39", "q=college+dole", "q=dole&departement=39&type=college"):
        first = await office.get(f"/gestion/etablissements?{asked}")
        assert f"{SHOWN + 3} établissements conviennent." in read(first)
        assert "Établissements suivants : il en reste 3" in read(first)
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        second = await office.get(following[1].replace("&amp;", "&"))
        found = re.findall(r">Collège (\d{3})</a>", first.text + second.text)
        assert found == [f"{number:03}" for number in range(SHOWN + 3)]
        assert 'rel="next"' not in second.text


async def test_a_department_narrows_the_words_even_where_another_has_many_such_schools(office):
    for number in range(SHOWN):
        await builders.school(name=f"Collège Victor Hugo {number}", commune="Besançon", department="25")
    await builders.school(name="Collège Victor Hugo", commune="Dole", department="39")
    shown = read(await office.get("/gestion/etablissements?q=hugo&departement=39"))
    assert "1 établissement convient." in shown


FORM = {"siret": "552 081 317 66522", "name": "Horlogerie du Doubs", "trade": "Horlogerie", "commune": "Besançon"}


async def test_the_first_company_is_asked_for(office):
    assert "Aucune entreprise n'est enregistrée" in read(await office.get("/gestion/entreprises"))


async def test_a_company_is_registered_with_its_siret_and_may_be_invited(office):
    answer = await office.post("/gestion/entreprises", FORM)
    assert answer.headers["location"] == "/gestion/entreprises?fait=entreprise-enregistree"
    assert tuple(await row("SELECT siret, name FROM companies")) == ("55208131766522", "Horlogerie du Doubs")
    shown = await office.get("/gestion/entreprises")
    assert "1 entreprise enregistrée." in read(shown)
    assert 'href="/gestion/comptes/invitation?role=company&amp;siret=55208131766522"' in shown.text


@pytest.mark.parametrize("siret", ["55208131766523", "123", "", "abcdefghijklmn"])
async def test_a_siret_that_cannot_be_is_said_and_the_rest_stays(office, siret):
    answer = await office.post("/gestion/entreprises", {**FORM, "siret": siret})
    assert answer.status_code == 422
    assert '<a href="#siret">' in answer.text
    assert 'value="Horlogerie du Doubs"' in answer.text
    assert await value("SELECT count(*) FROM companies") == 0


async def test_a_siret_already_known_changes_no_card(office):
    await office.post("/gestion/entreprises", FORM)
    answer = await office.post("/gestion/entreprises", {**FORM, "name": "Autre"})
    assert answer.status_code == 422
    assert "Ce SIRET est déjà celui de Horlogerie du Doubs : corrigez sa fiche." in read(answer)
    assert await value("SELECT name FROM companies") == "Horlogerie du Doubs"


async def test_a_card_is_corrected_under_the_same_siret(office):
    company = await builders.company(name="Horlogrie")
    siret = await value("SELECT siret FROM companies")
    await office.post(f"/gestion/entreprises/{company}", {**FORM, "name": "Horlogerie"})
    assert [tuple(one) for one in await rows("SELECT id, siret, name FROM companies")] == [
        (company, siret, "Horlogerie")
    ]


async def test_a_company_s_page_says_who_answers_for_it_and_where_it_is_awaited(office):
    company = await builders.company(name="Horlogerie")
    page = read(await office.get(f"/gestion/entreprises/{company}"))
    assert "Personne encore" in page and "Elle n'a encore rien annoncé cette année." in page
    await builders.person("company", "ines@example.org", name="Inès Roy", company=company)
    slot = await builders.slot(starts_at=paris("2027-03-25 09:00"))
    await builders.attendance(slot=slot, company=company, people=2)
    past = await builders.slot(starts_at=paris("2026-11-05 09:00"))
    await builders.attendance(slot=past, company=company, state="withdrawn")
    shown = await office.get(f"/gestion/entreprises/{company}")
    assert "Inès Roy ines@example.org Jamais connecté" in read(shown)
    assert re.findall(r'href="/gestion/creneaux/(\d+)\?', shown.text) == [str(past), str(slot)]
    assert re.search(r"jeu. 25 mars , 9 h 00 .{,200} 2 personnes Annoncée", read(shown))
    assert re.search(r"jeu. 5 novembre , 9 h 00 .{,200} 2 personnes Retirée", read(shown))
    wrong = read(await office.post(f"/gestion/entreprises/{company}", {**FORM, "name": ""}))
    assert "Inès Roy" in wrong and "Corriger la fiche" in wrong


async def test_companies_are_searched(office):
    await builders.company(name="Horlogerie")
    await builders.company(name="Lunetterie")
    assert "1 entreprise convient à « horlo »." in read(await office.get("/gestion/entreprises?q=horlo"))
    assert "Aucune entreprise ne convient" in read(await office.get("/gestion/entreprises?q=zzz"))


async def test_why_companies_take_their_comings_back_is_counted(office):
    company = await builders.company()
    for why in ("too_far", "too_far", ""):
        slot = await builders.slot()
        await builders.attendance(slot=slot, company=company, state="withdrawn", withdrawn_why=why)
    shown = read(await office.get("/gestion/entreprises"))
    assert "Venues retirées cette année Trop loin 2 Sans raison donnée 1" in shown


async def test_the_coordination_says_how_many_classes_a_college_has(office):
    college, other = await builders.school(), await builders.school()
    for school, pupils in ((college, 118), (other, 24)):
        await rows(
            "INSERT INTO head_counts (school, school_year, level, pupils) VALUES ($1, 2026, '4e', $2)", school, pupils
        )
    here = f"/gestion/etablissements/{college}"
    assert "4e 5 classes 118 élèves, 24 par classe 3e Pas de limite Effectif inconnu" in read(await office.get(here))

    assert (await office.post(f"{here}/classes", {"level": "4e", "classes": "99"})).status_code == 422
    saved = await office.post(f"{here}/classes", {"level": "4e", "classes": "7"})
    assert saved.headers["location"] == f"{here}?fait=classes-dites"
    said = read(await office.get(saved.headers["location"]))
    assert "Le nombre de classes est enregistré ; si les effectifs disent plus, c'est le leur qui compte." in said
    assert "4e 7 classes 118 élèves, 24 par classe ; la coordination dit 7" in said
    assert "4e 1 classe 24 élèves" in read(await office.get(f"/gestion/etablissements/{other}"))

    lycee = await builders.school(kind="lycee")
    assert "Classes par niveau" not in read(await office.get(f"/gestion/etablissements/{lycee}"))
