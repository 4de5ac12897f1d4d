"""« Votre année »: a host reads it, chooses a year, takes it as a PDF, sends it to the direction."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.programme.lycee_year.world import World, two_years
from tests.booking.web.host.lycee import APP, words
from tests.browsing import Browser
from tests.builders import NOW, paris
from workshops.contributions.tell_hosts import TellHosts, tell_hosts
from workshops.database import rows


@pytest.fixture
async def world(db) -> World:
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    return await two_years()


async def host_of(school: int) -> Browser:
    account = await builders.person("host", name="Marc Perrin", school=school)
    return await Browser(APP, now=NOW).sign_in(account)


async def test_a_host_reads_the_year_under_way_beside_the_one_before(world):
    await builders.target(target=3650, from_on=paris("2026-08-01 00:00").date(), to_on=paris("2028-07-30 00:00").date())
    browser = await host_of(world.haag)
    assert '<a href="/lycee/annee">Votre année</a>' in (await browser.get("/lycee")).text
    said = words((await browser.get("/lycee/annee")).text)
    for part in (
        "Votre année 2026-2027 2026-2027 2025-2026",
        "Visites closes au lundi 11 janvier 2027 ; l'an dernier à la même date",
        "Visites 3 3 groupes 1 l'an dernier",
        "Élèves 62 dont 20 filles sur 42 comptés à part 21 l'an dernier",
        "Collèges 2 1 en éducation prioritaire 1 l'an dernier",
        "Heures des entreprises 12 h 00 par 2 entreprises 3 h 00 l'an dernier",
        "Lampe 44 terminés, 2 groupes",
        "Collège Stendhal , Besançon REP 2 groupes",
        "Zénith Montres 9 h 00, 2 visites",
        "62 élèves sur 912 attendus ; il en faudrait 410 aujourd'hui, soit 15 classes de plus.",
        "Groupes qui ne sont pas venus 1 sur 4",
    ):
        assert part in said, (part, said)
    assert ("Faure" in said, "Envoyer à ma direction" in said) == (False, True)


async def test_what_the_people_of_the_lycee_gave_is_said_with_the_visits_of_which_it_is_known(world):
    browser = await host_of(world.haag)
    by = await builders.person("host", school=world.haag)
    for slot, told in zip(world.slots, (TellHosts(lyceens=12, staff=2), TellHosts(staff=1)), strict=False):
        await tell_hosts(slot, told, school=world.haag, by=by, now=NOW)
    said = words((await browser.get("/lycee/annee")).text)
    assert (
        "Ce que votre lycée a donné Lycéens : 36 h 00 dit pour 1 sur 3 visites closes"
        " Enseignants et personnels : 9 h 00 dit pour 2 sur 3 visites closes"
        " Personnes mobilisées en plus : personne ne l'a dit"
    ) in said
    other = words((await (await host_of(world.faure)).get("/lycee/annee")).text)
    assert "Lycéens : personne ne l'a dit" in other
    assert 'href="/lycee/annee"' in (await browser.get("/lycee/venir")).text


async def test_another_lycee_reads_its_own_and_a_new_one_that_it_has_received_nobody_yet(world):
    said = words((await (await host_of(world.faure)).get("/lycee/annee")).text)
    assert ("Élèves 30" in said, "Zénith Montres 27 h 00, 1 visite" in said, "62" in said) == (True, True, False)
    new = await builders.school(kind="lycee")
    nobody_came = await builders.slot(host=new, starts_at=paris("2026-12-08 09:00"), state="done")
    await builders.turnout(slot=nobody_came, counted=0)
    answer = await (await host_of(new)).get("/lycee/annee")
    assert words(answer.text) == (
        "Aujourd'hui Votre année 2026-2027 Aucun élève reçu en 2026-2027 Vos visites se comptent ici dès que vous"
        " les closez. Voir la journée Classeur XLSX"
    )
    assert 'href="/lycee/donnees/classeur.xlsx"' in answer.text


async def test_a_year_that_has_not_begun_to_count_leads_to_the_one_before(world):
    await rows("UPDATE slots SET starts_at = starts_at - interval '1 year', ends_at = ends_at - interval '1 year'")
    answer = await (await host_of(world.faure)).get("/lycee/annee")
    assert words(answer.text).endswith("dès que vous les closez. Voir 2025-2026 Classeur XLSX")
    assert 'href="/lycee/annee?annee=2025-2026"' in answer.text


async def test_a_year_that_is_chosen_says_whether_its_figures_still_change(world):
    browser = await host_of(world.haag)
    over = words((await browser.get("/lycee/annee?annee=2025-2026")).text)
    assert ("Finie, pas encore figée" in over, "Élèves 43" in over) == (True, True)
    await rows("INSERT INTO closed_years (school_year, frozen_at) VALUES (2025, $1)", paris("2026-09-10 08:00"))
    frozen = words((await browser.get("/lycee/annee?annee=2025-2026")).text)
    assert "Figée depuis le jeudi 10 septembre 2026. Visites 2" in frozen
    unknown = words((await browser.get("/lycee/annee?annee=1999-2000")).text)
    assert "Votre année 2026-2027" in unknown


async def test_a_count_under_five_is_read_by_its_host_and_the_photo_that_she_took_is_shown(world):
    slot = await builders.slot(host=world.faure, starts_at=paris("2026-12-03 09:00"), state="done")
    await builders.turnout(slot=slot, counted=3, girls=1, group_ref=7)
    build = await builders.build(slot=slot, tech_object=world.lamp, group_ref=7, made=3, photo="a.jpg")
    answer = await (await host_of(world.faure)).get("/lycee/annee")
    assert "Élèves 33 dont 16 filles" in words(answer.text)
    assert f'src="/fabrications/{build}/photo"' in answer.text


async def test_the_pdf_is_of_the_year_that_is_shown(world):
    answer = await (await host_of(world.haag)).get("/lycee/annee.pdf?annee=2025-2026")
    assert answer.headers["content-disposition"] == 'attachment; filename="annee-2025-2026.pdf"'
    assert answer.content.startswith(b"%PDF-")


async def test_one_button_sends_it_to_the_mailbox_that_stands_there_and_the_page_says_where_it_went(world):
    browser = await host_of(world.haag)
    page = await browser.get("/lycee/annee?annee=2025-2026")
    assert 'name="email" value="ce.0250011b@ac-besancon.fr"' in page.text
    answer = await browser.post("/lycee/annee?annee=2025-2026", {"email": "ce.0250011b@ac-besancon.fr"})
    assert answer.headers["location"] == "/lycee/annee?annee=2025-2026&fait=annee-envoyee#envoyer"
    said = words((await browser.get(answer.headers["location"])).text)
    assert "L'année part par mail, en PDF." in said
    sent = "ce.0250011b@ac-besancon.fr Envoi en cours lundi 11 janvier 2027, 9 h 00, par Marc Perrin"
    assert f"Déjà envoyée {sent}" in said
    await rows("UPDATE notices SET state = 'returned', returned_at = $1", NOW)
    assert "N'est pas arrivée" in words((await browser.get("/lycee/annee")).text)


async def test_an_address_that_is_refused_stands_there_again_with_why(world):
    browser = await host_of(world.haag)
    answer = await browser.post("/lycee/annee", {"email": "proviseur@example.org"})
    assert (answer.status_code, 'name="email" value="proviseur@example.org"' in answer.text) == (422, True)
    assert "ni d'un domaine de confiance de l'académie : ac-besancon.fr." in words(answer.text)
    for _ in range(5):
        await browser.post("/lycee/annee", {"email": "proviseur@ac-besancon.fr"})
    often = await browser.post("/lycee/annee", {"email": "proviseur@ac-besancon.fr"})
    assert often.status_code == 409
    assert "L'année de votre lycée est partie 5 fois aujourd'hui : renvoyez-la demain." in words(often.text)


async def test_a_visit_just_closed_says_which_it_is_and_leads_to_the_year(world):
    browser = await host_of(world.haag)
    answer = await browser.get(f"/accueil/{world.slots[-1]}")
    assert "Votre 3e visite : 62 élèves depuis septembre" in words(answer.text)
    assert 'href="/lycee/annee?annee=2026-2027"' in answer.text
