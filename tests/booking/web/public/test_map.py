"""The map of a search says what its list says."""

from __future__ import annotations

import re
from html import unescape

import pytest

from booking.web.public.map import lay_out
from tests import builders
from tests.builders import paris
from workshops.offer.places import areas_with_slots, lycees_with_slots
from workshops.offer.rules import Search
from workshops.schools.queries import school

BESANCON = {"uai": "0250011B", "lat": 47.25, "lon": 6.0}
NEAR = {"uai": "0391092A", "commune": "Dole", "department": "39", "lat": 47.09, "lon": 5.49}
FAR = {"uai": "0900003P", "commune": "Belfort", "department": "90", "lat": 47.64, "lon": 6.86}
NOWHERE = {"uai": "0700009E", "commune": "Vesoul", "department": "70", "lat": None, "lon": None}


@pytest.fixture
async def lycees(db):
    """Four lycées, one of them nowhere on the map; Belfort has two slots, one of them for the 3e only."""
    await builders.academie()
    for n, place in enumerate((BESANCON, NEAR, FAR, NOWHERE)):
        host = await builders.school(kind="lycee", name=f"Lycée {place['uai']}", **place)
        await builders.slot(host=host, starts_at=paris(f"2027-03-0{n + 1} 09:00"), levels=["3e"])
    await builders.slot(host=host, starts_at=paris("2027-03-08 09:00"), levels=["4e", "3e"])


@pytest.fixture
async def teacher(visitor, lycees):
    account = await builders.person("teacher", school=await builders.school(name="Collège Stendhal"))
    await visitor.sign_in(account)
    return visitor


def told(page: str) -> dict[str, str]:
    """What the list beside the map says: the slots of each lycée by its UAI."""
    found = re.findall(
        r'class="h3"><a href="/lycees/(\w+)[^"]*">.*?btn-outline-primary" href="[^"]*">(.+?)<', page, re.S
    )
    return dict(found)


def listed(page: str) -> set[str]:
    """The lycées of a list of slots, by the names that the builders gave."""
    return set(re.findall(r"Lycée (\d{7}[A-Z])[,<]", re.sub(r"<select.*?</select>", "", page, flags=re.S)))


@pytest.mark.parametrize("asked", ["", "?niveau=4e", "?niveau=6e", "?km=60", "?km=100&niveau=3e", "?departement=90"])
async def test_map_and_list_hold_the_same_lycees(teacher, asked):
    drawn = await teacher.get(f"/creneaux/carte{asked}")
    assert set(told(drawn.text)) == listed((await teacher.get(f"/creneaux{asked}")).text)


async def test_each_lycee_leads_to_its_slots_of_the_same_search(teacher):
    shown = (await teacher.get("/creneaux/carte?niveau=3e&km=100")).text
    (address,) = re.findall(r'href="(/creneaux\?[^"]*lycee=0900003P)"', unescape(shown))
    assert listed((await teacher.get(address)).text) == {"0900003P"}
    assert told(shown)["0900003P"] == "1 créneau"


async def test_a_spot_is_drawn_for_each_place_and_the_one_without_a_place_is_told(visitor, lycees):
    shown = (await visitor.get("/creneaux/carte")).text
    assert re.findall(r'class="map-spot" href="#(.+?)" aria-label="(.+?)"', shown) == [
        ("lieu-1", "Belfort\xa0: 1 créneau"),
        ("lieu-2", "Besançon\xa0: 1 créneau"),
        ("lieu-3", "Dole\xa0: 1 créneau"),
    ]
    assert re.findall(r'<section class="map-place" id="(.+?)"', shown) == ["lieu-1", "lieu-2", "lieu-3"]
    assert "Sans place connue sur la carte" in shown


async def test_lycees_side_by_side_make_one_spot(visitor, lycees):
    beside = await builders.school(kind="lycee", name="Lycée Pâris", commune="Besançon", lat=47.26, lon=6.01)
    await builders.slot(host=beside, starts_at=paris("2027-03-09 09:00"))
    shown = (await visitor.get("/creneaux/carte?departement=25")).text
    assert re.findall(r'class="map-spot".*? aria-label="(.+?)"', shown) == ["Besançon\xa0: 2 créneaux"]


async def test_lycees_whose_slots_do_not_suit_are_grey(db, lycees):
    now = paris("2027-01-11 09:00")
    everywhere = await lycees_with_slots(Search(), now=now)
    suit = await lycees_with_slots(Search(level="4e"), now=now)
    drawn = lay_out(suit, others=everywhere, departments=["25", "39", "70", "90"])
    assert (len(drawn.spots), len(drawn.elsewhere), len(drawn.unplaced)) == (0, 3, 1)


async def test_nothing_with_a_place_is_no_map(db):
    assert lay_out([], departments=[]) is None


async def test_the_picture_beside_the_list_counts_the_same_lycees_and_leads_to_the_map(teacher):
    page = (await teacher.get("/creneaux?niveau=3e&km=60")).text
    (aside,) = re.findall(r"<aside.+?</aside>", page, re.S)
    assert len(listed(page)) == 2
    assert "Votre collège, 60 km autour, 2 lycées avec un créneau." in unescape(aside)
    assert re.findall(r'href="(/creneaux/carte[^"]*)"', unescape(aside)) == ["/creneaux/carte?niveau=3e&km=60"]
    nothing = (await teacher.get("/creneaux?niveau=6e")).text
    assert "<aside" not in nothing


@pytest.fixture
async def country(db):
    """Two lycées in each of seventeen départements, with a slot each; one more slot, for the 4e, in the first."""
    for n in range(17):
        code, place = f"{n + 1:02}", {"lat": 43 + n // 5, "lon": n % 5}
        for one in range(2):
            host = await builders.school(kind="lycee", department=code, commune=f"Ville {n}", **place)
            await builders.slot(host=host, starts_at=paris(f"2027-03-0{one + 1} 09:00"), levels=["3e"])
    await builders.slot(host=host, starts_at=paris("2027-03-08 09:00"), levels=["4e"])


async def test_a_country_is_told_by_departement_and_each_leads_to_the_map_of_its_lycees(visitor, country):
    shown = unescape((await visitor.get("/creneaux/carte?niveau=3e")).text)
    areas = re.findall(
        r'class="h3"><a href="(/creneaux/carte[^"]*)">(\d+)</a></h3>\s*<p class="unit m-0">(.+?) ·', shown
    )
    assert sorted(areas) == [
        (f"/creneaux/carte?niveau=3e&departement={n:02}", f"{n:02}", "2 lycées") for n in range(1, 18)
    ]
    assert "34 lycées ont un créneau qui convient." in shown
    inside = (await visitor.get(areas[0][0])).text
    assert set(told(inside).values()) == {"1 créneau"}
    assert len(told(inside)) == 2
    assert "34 lycées avec un créneau." in unescape((await visitor.get("/creneaux?niveau=3e")).text)


async def test_a_departement_counts_what_its_lycees_do(country):
    now = paris("2027-01-11 09:00")
    for asked in (Search(), Search(level="3e"), Search(level="4e"), Search(level="6e")):
        areas, lycees = await areas_with_slots(asked, now=now), await lycees_with_slots(asked, now=now)
        assert sum(one.lycees for one in areas) == len(lycees)
        assert sum(one.slots for one in areas) == sum(one.slots for one in lycees)
    assert [(one.code, one.lycees, one.slots) for one in await areas_with_slots(Search(level="4e"), now=now)] == [
        ("17", 1, 1)
    ]


async def test_around_a_college_only_what_is_in_sight_is_drawn(db, lycees):
    now = paris("2027-01-11 09:00")
    home = await school(await builders.school(lat=47.24, lon=6.02))
    everywhere = await lycees_with_slots(Search(), now=now)
    codes = ["25", "39", "70", "90", "29"]
    for km, grey, ground in ((20.0, 1, {"25", "70", "39"}), (100.0, 3, {"25", "39", "70", "90"})):
        drawn = lay_out([], others=everywhere, departments=codes, home=home, km=km)
        assert len(drawn.elsewhere) == grey
        assert {one.code for one in drawn.ground} <= ground


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
