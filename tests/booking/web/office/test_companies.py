from __future__ import annotations

import re

import pytest

from tests import builders
from tests.browsing import read
from tests.builders import paris
from workshops.database import row, rows, value

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
    assert "Personne encore" in page and "Elle ne s'est encore annoncée à aucune séance." in page
    await builders.person("company", "ines@example.org", name="Inès Roy", company=company)
    slot = await builders.slot(starts_at=paris("2027-03-25 09:00"))
    await builders.attendance(slot=slot, company=company, people=2)
    past = await builders.slot(starts_at=paris("2026-11-05 09:00"))
    await builders.attendance(slot=past, company=company, state="withdrawn")
    shown = await office.get(f"/gestion/entreprises/{company}")
    assert "Inès Roy ines@example.org Jamais connecté" in read(shown)
    assert re.findall(r'href="/gestion/creneaux/(\d+)\?', shown.text) == [str(slot), str(past)]
    assert re.search(r"jeudi 25 mars 2027, 9 h 00 .{,200} 2 personnes Annoncée", read(shown))
    assert "Retirée par l'entreprise" in read(shown)
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
