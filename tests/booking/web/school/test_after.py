"""The page of a visit turns round when the lycée has closed it: figures, objects and sheets, and nothing to prepare."""

from __future__ import annotations

import re

import pytest

from tests import builders
from tests.booking.web.school.test_visits import claire
from tests.browsing import Browser, said
from tests.builders import NOW
from tests.seen import lycee_of
from workshops.database import rows, value

GONE = (
    "/badges",
    "/besoins",
    "/invitation.ics",
    "/papiers",
    "/effectif",
    "/annulation",
    "Sécurité",
    "fauteuil",
    "Salle",
)


async def closed(app, **figures) -> tuple[Browser, int, int]:
    """Claire's visit of 4e B, closed: 24 announced, 20 badges read and 2 pupils declared, 22 counted."""
    browser, visit, slot = await claire(app, state="attended", days=-1)
    await rows("UPDATE reservations SET needs = 'un fauteuil' WHERE id = $1", visit)
    await rows("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", slot, NOW)
    college = await value("SELECT school FROM reservations WHERE id = $1", visit)
    seen = {"announced": 24, "scanned": 20, "declared": 2, "counted": 22, "adults": 3} | figures
    await builders.turnout(slot=slot, school=college, group_ref=visit, **seen)
    return browser, visit, slot


def figures_of(page: str) -> list[str]:
    return [said(one) for one in re.findall(r"<div><dt>.*?</div>", page)]


async def test_the_figures_come_first_badges_and_declared_apart(app):
    browser, visit, _ = await closed(app)
    page = (await browser.get(f"/reservations/{visit}")).text
    assert figures_of(page) == [
        "Présents 22 élèves comptés par le lycée",
        "Annoncés 24 par le collège",
        "Badges lus 20 à l'accueil",
        "Déclarés présents 2 par l'accueil, sans badge lu",
        "Accompagnateurs 3",
    ]
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == [
        *("Qui est venu", "Et maintenant", "Ce que la classe a construit", "À imprimer", "Trois questions"),
        *("Un mot de remerciement", "Et ensuite"),
        "Écrire au lycée",
    ]


async def test_nothing_to_prepare_is_left(app):
    browser, visit, _ = await closed(app)
    page = (await browser.get(f"/reservations/{visit}")).text
    assert [one for one in GONE if one in page] == []


async def test_each_object_has_its_photo_or_its_drawing_and_its_figures(app):
    browser, visit, slot = await closed(app)
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge en laiton")
    shown = await builders.build(slot=slot, tech_object=lamp, group_ref=visit, made=10, photo="a.jpg")
    await builders.build(slot=slot, tech_object=clock, group_ref=visit, made=12, note="Deux à régler")
    await builders.build(slot=slot, tech_object=clock, group_ref=visit + 999, made=7)
    page = (await browser.get(f"/reservations/{visit}")).text
    (built,) = re.findall(r'<ul class="built">.*?</ul>', page, re.S)
    assert said(built) == (
        "Horloge en laiton 12 commencés, 12 terminés, 12 en marche, 12 emportés Deux à régler"
        " Lampe 10 commencés, 10 terminés, 10 en marche, 10 emportés"
    )
    assert re.findall(r'<img class="picture" src="(.*?)"', built) == [f"/fabrications/{shown}/photo"]
    assert re.findall(r'svg#(\w+)"', built) == ["horloge"]


async def test_the_sheets_of_afterwards_open_from_there(app):
    browser, visit, _ = await closed(app)
    page = (await browser.get(f"/reservations/{visit}")).text
    ways = re.findall(rf'href="(/mes-visites/{visit}/\S+)"', page)
    papers = ("bilan", "bilan.pdf", "attestation", "attestation.pdf", "cartes", "cartes.pdf")
    assert ways == [f"/mes-visites/{visit}/{name}" for name in ("cartes.pdf", *papers)]
    assert [(await browser.get(way)).status_code for way in ways] == [200] * 7
    back = f'<a class="crumb" href="/reservations/{visit}">Retour à la visite</a>'
    sheets = [f"/mes-visites/{visit}/{name}" for name in ("bilan", "attestation", "papiers/programme")]
    assert [back in (await browser.get(sheet)).text for sheet in sheets] == [True, True, False]


async def test_what_nobody_took_home_is_no_figure_of_what_was_built(app):
    browser, visit, slot = await closed(app)
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge en laiton")
    await builders.build(slot=slot, tech_object=lamp, group_ref=visit, made=10, taken_home=0)
    await builders.build(slot=slot, tech_object=clock, group_ref=visit, made=12, taken_home=1)
    for path in (f"/reservations/{visit}", f"/mes-visites/{visit}/bilan"):
        assert re.findall(r"\d+ emportés?", said((await browser.get(path)).text)) == ["1 emporté"]


def steps_of(page: str) -> list[str]:
    (panel,) = re.findall(r'<section class="panel steps-before[^"]*".*?</section>', page, re.S) or [""]
    return [said(one) for one in re.findall(r"<li.*?</li>", panel, re.S)]


async def test_the_next_thing_to_do_afterwards_is_the_only_blue_button_and_ticks_itself(app):
    browser, visit, _ = await closed(app)
    page = (await browser.get(f"/reservations/{visit}")).text
    cards = "Cartes à donner aux élèves une par élève présent, sans nom"
    answers = "Répondre à trois questions comptées sans nom"
    thanks = "Remercier avant mardi 12 janvier un mot au lycée et aux entreprises venues"
    assert steps_of(page) == [
        f"1 {cards} Imprimer les cartes",
        f"2 {answers} Répondre",
        f"3 {thanks} Écrire un mot",
    ]
    assert re.findall(r'class="btn btn-primary"[^>]*>(.*?)<', page) == ["Imprimer les cartes"]
    await browser.get(f"/mes-visites/{visit}/cartes.pdf")
    page = (await browser.get(f"/reservations/{visit}")).text
    assert steps_of(page)[0].startswith("Cartes imprimées : fait par vous, ")
    assert re.findall(r'class="btn btn-primary"[^>]*>(.*?)<', page) == ["Répondre"]
    await browser.post(f"/reservations/{visit}/avis", {"built": "yes", "level": "yes", "again": "yes"})
    await browser.post(f"/reservations/{visit}/mot", {"thanks": "Merci à tous."})
    assert steps_of((await browser.get(f"/reservations/{visit}")).text) == []


async def test_a_lycee_that_prints_the_cards_ticks_nothing_for_the_teacher(app):
    browser, visit, slot = await closed(app)
    host = await builders.person("host", "jules@example.org", school=await lycee_of(slot))
    theirs = await Browser(app, now=NOW).sign_in(host)
    assert (await theirs.get(f"/mes-visites/{visit}/cartes.pdf")).status_code == 200
    assert steps_of((await theirs.get(f"/reservations/{visit}")).text) == []
    assert steps_of((await browser.get(f"/reservations/{visit}")).text)[0].startswith("1 Cartes à donner")


async def test_the_cards_are_read_as_a_page_too(app):
    browser, visit, _ = await closed(app)
    page = said((await browser.get(f"/mes-visites/{visit}/cartes")).text)
    assert "22 cartes, une par élève présent, sans nom. Dix par feuille, à découper." in page
    assert "Numéros à écrire au stylo" in page


@pytest.mark.parametrize("role", ["host", "coordinator"])
async def test_the_other_side_reads_the_same_figures(app, role):
    _, visit, slot = await closed(app)
    lycee = await lycee_of(slot)
    reader = await builders.person(role, "jules@example.org", school=lycee if role == "host" else None)
    page = (await (await Browser(app, now=NOW).sign_in(reader)).get(f"/reservations/{visit}")).text
    assert figures_of(page)[0] == "Présents 22 élèves comptés par le lycée"
    assert [words for words in (*GONE, "Et ensuite", "/mes-groupes") if words in page] == []


async def test_what_is_too_late_is_refused_on_the_same_page(app):
    browser, visit, _ = await closed(app)
    answer = await browser.post(f"/reservations/{visit}/annulation", {"reason": "Trop tard"})
    assert answer.status_code == 409
    assert figures_of(answer.text)[0] == "Présents 22 élèves comptés par le lycée"
    assert re.findall(r'<div class="errors" role="alert"', answer.text) == ['<div class="errors" role="alert"']
