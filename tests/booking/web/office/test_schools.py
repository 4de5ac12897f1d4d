from __future__ import annotations

import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook

from tests import builders, builders_bts1, builders_ptech
from tests.browsing import read
from tests.builders import NOW, paris
from workshops.database import row, rows, value
from workshops.schools.mark_rural import MarkRural, mark_rural


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


async def test_a_lycee_s_page_has_its_visits_workshops_schemes_courses_and_what_was_done_to_it(office, nadia):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    other = await builders.school(kind="lycee", name="Lycée Pergaud")
    college = await builders.school(name="Collège Stendhal")
    horloge = await builders.workshop(host=lycee, title="Horloge")
    slot = await builders.slot(workshop=horloge, host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(school=college, name="4e B"), pupils=23)
    off = await builders.slot(workshop=horloge, host=lycee, starts_at=paris("2027-03-26 09:00"))
    given_up = await builders.group(school=college, name="4e C")
    await builders.reservation(slot=off, group=given_up, state="cancelled_by_teacher")
    scheme = await builders_ptech.scheme(school=lycee, title="Microtechniques", agreement_on=date(2026, 9, 1))
    course = await builders_bts1.course(school=lycee, title="Bachelor Horlogerie")
    await mark_rural(lycee, MarkRural(rural=True), by=nadia, now=NOW)
    shown = await office.get(f"/gestion/etablissements/{lycee}")
    told = read(shown)
    for words in (
        "À venir Horloge, jeudi 25 mars 2027, 9 h 00 23 élèves sur",
        "Ateliers Horloge",
        "Microtechniques P-TECH · convention du mardi 1er septembre 2026",
        "Bachelor Horlogerie BTS+1",
        "Ce qui s'est passé",
        "Nadia Perrin",
    ):
        assert words in told, words
    assert {f"/gestion/ptech/dispositifs/{scheme}", f"/bts1/{course}"} <= set(re.findall(r'href="([^"]+)"', shown.text))
    theirs = read(await office.get(f"/gestion/etablissements/{other}"))
    for words in ("À venir", "Horloge", "Ateliers", "Microtechniques", "Ce qui s'est passé"):
        assert words not in theirs, words
    ours = await office.get(f"/gestion/etablissements/{college}")
    assert "À venir Horloge, jeudi 25 mars 2027, 9 h 00 4e B, 23 élèves · Lycée Jules Haag" in read(ours)
    assert "4e C" not in read(ours)
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    assert f'href="/gestion/couverture?q={uai}"' in ours.text


async def test_a_lycee_s_page_gives_its_workbook_and_leads_to_what_it_receives_next(office):
    lycee, other = [await builders.school(kind="lycee", name=name) for name in ("Lycée Haag", "Lycée Faure")]
    college = await builders.school()
    await builders.target()
    for host, title in ((lycee, "Découpe laser"), (other, "Soudure")):
        slot = await builders.slot(workshop=await builders.workshop(host=host, title=title))
        await builders.reservation(slot=slot, group=await builders.group(school=college))
    shown = (await office.get(f"/gestion/etablissements/{lycee}")).text
    path = f"/gestion/etablissements/{lycee}/classeur.xlsx"
    assert f'href="{path}" download' in shown
    answer = await office.get(path)
    book = load_workbook(io.BytesIO(answer.content))
    assert [line[3] for line in book["Créneaux à venir"].iter_rows(min_row=2, values_only=True)] == ["Découpe laser"]
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee)
    assert f"technilab-donnees-{uai}-du-" in answer.headers["content-disposition"]
    assert (await office.get(f"/gestion/etablissements/{college}/classeur.xlsx")).status_code == 404
    ahead = re.search(r'Créneaux à venir</dt><dd><a href="([^"]+)">1</a>', shown)[1].replace("&amp;", "&")
    expected = read(await office.get(ahead))
    assert ("Découpe laser" in expected, "Soudure" in expected) == (True, False)


async def test_a_college_s_page_offers_to_write_to_it_until_it_was_written_to(office):
    college = await builders.school(mail="ce@example.org")
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    path, link = f"/gestion/etablissements/{college}", f'href="/gestion/lettres?q={uai}">Écrire<'
    assert link in (await office.get(path)).text
    letter = "INSERT INTO college_invitations (school, school_year, words, invited_at) VALUES ($1, 2026, '', $2)"
    await rows(letter, college, NOW)
    assert link not in (await office.get(path)).text


async def test_an_unknown_school_is_not_found(office):
    assert (await office.get("/gestion/etablissements/999")).status_code == 404


FORM = {"siret": "552 081 317 66522", "name": "Horlogerie du Doubs", "trade": "Horlogerie"}


async def test_a_company_is_registered_with_its_siret_and_may_be_invited(office):
    answer = await office.post("/gestion/entreprises", FORM)
    number = await value("SELECT id FROM companies")
    assert answer.headers["location"] == f"/gestion/entreprises/{number}?fait=entreprise-enregistree"
    assert tuple(await row("SELECT siret, name FROM companies")) == ("55208131766522", "Horlogerie du Doubs")
    shown = await office.get(f"/gestion/entreprises/{number}")
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


async def test_a_company_is_in_a_commune_and_a_departement_that_there_are_or_stays_where_it_stood(office):
    await builders.school(commune="Pontarlier")
    company = await builders.company(commune="Atlantide")
    other = await builders.company(siret="35600000000048", commune="Atlantide")
    new, card = "/gestion/entreprises", f"/gestion/entreprises/{company}"
    wrong = {"commune": "Nullepart", "department": "99"}
    for path, form_page in ((new, "/gestion/repertoire/nouveau"), (card, card)):
        assert (
            '<datalist id="communes"><option value="Pontarlier"></option></datalist>'
            in (await office.get(form_page)).text
        )
        refused = read(await office.post(path, FORM | wrong))
        for why in (
            "Commune : choisissez dans la liste la vôtre, ou la plus proche.",
            "Département : son numéro, par exemple 25.",
        ):
            assert why in refused
    await office.post(card, FORM | {"commune": "Atlantide", "department": "2A"})
    kept = await row("SELECT commune, department FROM companies WHERE id = $1", company)
    assert tuple(kept) == ("Atlantide", "2A")
    await office.post(card, FORM | {"commune": "25300 PONTARLIER cedex", "department": "25"})
    assert await value("SELECT commune FROM companies WHERE id = $1", company) == "Pontarlier"
    assert await value("SELECT commune FROM companies WHERE id = $1", other) == "Atlantide"


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
    assert "Inès Roy · Entreprise ines@example.org Jamais connecté" in read(shown)
    assert re.findall(r'href="/gestion/creneaux/(\d+)\?', shown.text) == [str(past), str(slot)]
    assert re.search(r"jeu. 25 mars , 9 h 00 .{,200} 2 personnes Annoncée", read(shown))
    assert re.search(r"jeu. 5 novembre , 9 h 00 .{,200} 2 personnes Retirée", read(shown))
    wrong = read(await office.post(f"/gestion/entreprises/{company}", {**FORM, "name": ""}))
    assert "Inès Roy" in wrong and "Corriger la fiche" in wrong


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
