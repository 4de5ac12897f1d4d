"""The public page of a lycée."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests import builders
from tests.builders import paris

UAI = "0250011B"


@pytest.fixture
async def haag(db):
    """A lycée with a workshop that is published and one that is not, and two open slots."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", uai=UAI, phone="03 81 00 00 00")
    lamp = await builders.tech_object(name="Lampe à balancier")
    taught = await builders.workshop(host=lycee, title="La lampe", objects=(lamp,))
    await builders.workshop(host=lycee, title="Le brouillon", state="draft")
    return [await builders.slot(workshop=taught, starts_at=paris(f"2027-03-{day} 09:00")) for day in (20, 10)]


async def test_a_lycee_shows_its_published_workshops_drawn_and_their_first_slot(visitor, haag):
    shown = (await visitor.get(f"/lycees/{UAI.lower()}")).text
    (taught,) = re.findall(r'<ul class="taught">(.+?)</ul>', shown, re.S)
    assert re.findall(r"#(\w+)\"/></svg>.*?<h3>(.+?)</h3>", taught, re.S) == [("lampe", "La lampe")]
    assert re.findall(r'href="(/creneaux/\d+)">(.+?) :', unescape(taught).replace("\xa0", " ")) == [
        (f"/creneaux/{haag[1]}", "Le premier de ses 2 créneaux")
    ]


async def test_the_search_that_led_there_goes_on_to_its_slots(visitor, haag):
    shown = unescape((await visitor.get(f"/lycees/{UAI}?niveau=4e&eleves=22")).text)
    assert set(re.findall(r'href="(/creneaux/\d+[^"]*)"', shown)) == {
        f"/creneaux/{slot}?niveau=4e&eleves=22" for slot in haag
    }


async def test_the_way_there_is_told_and_drawn(visitor, haag):
    shown = unescape((await visitor.get(f"/lycees/{UAI}")).text)
    assert re.findall(r'<a href="tel:.+?">(.+?)</a>', shown) == ["03 81 00 00 00"]
    assert "Entrée par la cour, bâtiment C." in shown
    assert len(re.findall('class="map-spot" href="#creneaux"', shown)) == 1


async def test_the_page_of_a_slot_leads_to_its_lycee(visitor, haag):
    shown = unescape((await visitor.get(f"/creneaux/{haag[0]}?niveau=4e")).text)
    assert re.findall(r'href="(/lycees/[^"]+)"', shown) == [
        f"/lycees/{UAI}?niveau=4e",
        f"/lycees/{UAI}/question?creneau={haag[0]}",
    ]


async def test_a_lycee_without_workshops_leads_to_those_of_others(visitor):
    lycee = await builders.school(kind="lycee", uai=UAI)
    shown = unescape((await visitor.get(f"/lycees/{UAI}")).text)
    assert ("Ce lycée n'a pas d'atelier publié" in shown, bool(lycee)) == (True, True)


@pytest.mark.parametrize("uai", ["0250012C", "n-importe-quoi"])
async def test_what_is_no_lycee_has_no_page(visitor, uai):
    await builders.school(uai="0250012C")
    assert (await visitor.get(f"/lycees/{uai}")).status_code == 404


async def test_the_distance_is_told_to_those_who_would_come(visitor, haag):
    told = []
    for role, kind in (("teacher", "college"), ("host", "lycee")):
        account = await builders.person(
            role, f"{role}@example.org", school=await builders.school(kind=kind, lat=47.64, lon=6.86)
        )
        await visitor.sign_in(account)
        told.append(unescape((await visitor.get(f"/lycees/{UAI}")).text).replace("\xa0", " "))
    assert ["77 km de votre collège" in one for one in told] == [True, False]
