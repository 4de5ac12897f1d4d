from __future__ import annotations

from datetime import timedelta

from tests import builders
from tests.booking.web.host.lycee import a_lycee, words
from tests.builders import NOW, paris


async def test_a_new_lycee_is_told_where_to_begin(lycee):
    shown = words((await lycee.browser.get("/lycee")).text)
    assert shown == (
        "Aujourd'hui Questions · Votre année lundi 11 janvier 2027. Visites du jour Pas de visite aujourd'hui. À faire"
        " Décrire un premier atelier Ce que les collégiens y fabriquent, pour qui, et sa fiche de sécurité."
        " Décrire un atelier"
        " Nommer vos salles Deux visites ne peuvent pas se croiser dans une salle, et ses places limitent celles du"
        " créneau. Ajouter une salle"
    )


async def test_the_day_opens_with_its_visits_and_the_way_to_the_desk(lycee):
    college = await builders.school(name="Collège Stendhal")
    slot = await builders.slot(host=lycee.school, starts_at=paris("2027-01-11 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(school=college, name="4e B"), pupils=23)
    answer = await lycee.browser.get("/lycee")
    shown = words(answer.text)
    assert shown.startswith(
        "Aujourd'hui Questions · Votre année lundi 11 janvier 2027 : 1 visite, 23 élèves attendus. Visites du jour"
    )
    assert "4e B, Collège Stendhal · 23 élèves" in shown
    assert f'class="btn btn-primary" href="/accueil/{slot}"' in answer.text


async def test_a_visit_that_ended_today_is_closed_from_its_own_card(lycee):
    slot = await builders.slot(host=lycee.school, starts_at=NOW - timedelta(hours=5), hours=3)
    await builders.reservation(slot=slot, group=await builders.group())
    answer = await lycee.browser.get("/lycee")
    assert (words(answer.text).count("Clore la visite"), "À clore" in words(answer.text)) == (1, True)
    assert f'class="btn btn-primary" href="/accueil/{slot}/cloture"' in answer.text


async def test_without_a_visit_today_the_next_one_is_named(lycee):
    await builders.slot(host=lycee.school)
    shown = words((await lycee.browser.get("/lycee")).text)
    assert "Pas de visite aujourd'hui. La prochaine : jeudi 25 mars 2027, 9 h 00 ." in shown


async def test_a_past_visit_with_a_group_asks_to_be_closed_and_an_empty_one_does_not(lycee):
    workshop = await builders.workshop(host=lycee.school)
    visited = await builders.slot(workshop=workshop, starts_at=NOW - timedelta(days=4))
    await builders.reservation(slot=visited, group=await builders.group())
    await builders.slot(workshop=workshop, starts_at=NOW - timedelta(days=5))
    answer = await lycee.browser.get("/lycee")
    assert words(answer.text).count("Clore la visite") == 1
    assert f'href="/accueil/{visited}/cloture"' in answer.text


async def test_the_day_of_another_lycee_is_its_own(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    await builders.slot(host=other.school, starts_at=paris("2027-01-11 09:00"))
    assert "Pas de visite aujourd'hui." in words((await lycee.browser.get("/lycee")).text)
