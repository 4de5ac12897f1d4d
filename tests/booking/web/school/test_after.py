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
        *("Qui est venu", "Ce que la classe a construit", "À imprimer", "Trois questions"),
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
    assert ways == [f"/mes-visites/{visit}/{name}" for name in ("bilan", "bilan.pdf", "attestation", "attestation.pdf")]
    assert [(await browser.get(way)).status_code for way in ways] == [200] * 4


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
