"""What the header leads a lycée to: P-TECH and BTS+1 only where it has them, the rest of the lycée in one place."""

from __future__ import annotations

import re
from html import unescape

from tests import builders_bts1, builders_ptech
from tests.booking.web.host.lycee import a_lycee
from tests.browsing import Browser, read

PLACES = ["Aujourd'hui", "Créneaux", "Le lycée"]


async def menu(browser: Browser, path: str = "/lycee") -> list[str]:
    """The links of the header, as they stand on a wide screen."""
    shown = unescape((await browser.get(path)).text)
    nav = re.search(r'<nav aria-label="Principale">(.*?)</nav>', shown, re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]+)</a>", nav[1].partition("nav-more")[0])


async def test_a_lycee_is_led_to_p_tech_and_bts1_once_it_has_one_and_another_lycee_is_not(db):
    lycee = await a_lycee()
    haag, host = lycee.school, lycee.browser
    other = (await a_lycee("Lycée Louis Pergaud")).browser
    assert await menu(host) == PLACES
    await builders_ptech.scheme(school=haag)
    assert await menu(host) == [*PLACES, "P-TECH"]
    await builders_bts1.course(school=haag)
    assert await menu(host, "/lycee/ateliers") == [*PLACES, "P-TECH", "BTS+1"]
    assert await menu(other) == PLACES


async def test_a_lycee_without_them_opens_its_first_from_the_place_that_holds_the_lycee(db):
    lycee = await a_lycee()
    haag, host = lycee.school, lycee.browser
    asked = "Votre lycée ouvre un dispositif P-TECH ou une formation BTS+1 ? Ouvrez sa fiche."
    assert asked in read(await host.get("/lycee/ateliers"))
    assert (await host.get("/lycee/ptech")).status_code == 200
    await builders_ptech.scheme(school=haag)
    assert "Votre lycée ouvre une formation BTS+1 ?" in read(await host.get("/lycee/ateliers"))
    await builders_bts1.course(school=haag)
    assert "Votre lycée ouvre" not in read(await host.get("/lycee/ateliers"))


async def test_one_place_holds_workshops_rooms_closures_and_colleagues_and_questions_stand_under_today(db):
    host = (await a_lycee()).browser
    page = (await host.get("/lycee/salles")).text
    held = re.search(r'<nav class="part-nav" aria-label="Le lycée">(.*?)</nav>', page, re.DOTALL)
    places = ["Ateliers", "Salles", "Fermetures", "Venir, signer", "Collègues", "Logiciels"]
    assert re.findall(r">([^<>\n]+)</a>", held[1]) == places
    assert 'href="/lycee/ateliers" aria-current="true">Le lycée</a>' in page
    assert "Aujourd'hui Questions · Votre année" in read(await host.get("/lycee"))
    questions = unescape((await host.get("/lycee/questions")).text)
    assert """<a href="/lycee" aria-current="true">Aujourd'hui</a>""" in questions
