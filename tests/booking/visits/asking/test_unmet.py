"""What is asked and not served, each class counted once."""

from __future__ import annotations

import pytest

from booking.visits.asking.unmet import together, unmet_around, unmet_everywhere
from booking.visits.demands.alert import ask
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows
from workshops.offer.rules import Search

BESANCON = {"lat": 47.24, "lon": 6.02}
DOLE = {"lat": 47.09, "lon": 5.49, "commune": "Dole", "department": "39"}
BELFORT = {"lat": 47.64, "lon": 6.86, "commune": "Belfort", "department": "90"}


@pytest.fixture
async def asked(db):
    """Besançon: 4e B (27) waits twice and has an alert, 3e A (20) waits and has a visit; Dole: 15 pupils of 4e, and 24
    who would go 10 km; Belfort: an alert for Dole alone, one that is over."""
    await builders.academie()
    besancon, dole, belfort = [await builders.school(**place) for place in (BESANCON, DOLE, BELFORT)]
    haag = await builders.school(kind="lycee", uai="0250011B", name="Lycée Jules Haag", **BESANCON)
    duhamel = await builders.school(kind="lycee", uai="0391092A", name="Lycée Jacques Duhamel", **DOLE)
    claire, marc, ines = [
        await builders.membership(await builders.account(), "teacher", school=one) for one in (besancon, dole, belfort)
    ]
    fourth = await builders.group(school=besancon, name="4e B", pupils=27)
    third = await builders.group(school=besancon, name="3e A", level="3e", pupils=20)
    taught = await builders.workshop(host=haag)
    slots = [await builders.slot(workshop=taught, starts_at=paris(f"2027-03-0{day} 09:00")) for day in (1, 2, 3)]
    for slot in slots[:2]:
        await builders.reservation(slot=slot, group=fourth, state="waiting", pupils=27)
    await builders.reservation(slot=slots[0], group=third, state="waiting", pupils=20)
    await builders.reservation(slot=slots[2], group=third, state="confirmed", pupils=20)
    for membership, group, search in (
        (claire, fourth, Search(level="4e", pupils=27, km=40)),
        (marc, None, Search(level="4e", pupils=15)),
        (marc, None, Search(level="4e", pupils=24, km=10)),
        (ines, None, Search(level="4e", pupils=24, school="0391092A")),
        (ines, None, Search(level="6e", pupils=24)),
    ):
        await ask(search, group=group, membership=membership, by=0, now=NOW)
    await rows("UPDATE demands SET met_at = $1 WHERE tells AND level = '6e'", NOW)
    return {"haag": haag, "duhamel": duhamel}


async def test_each_class_counts_once_and_one_that_has_a_visit_does_not(asked):
    found = await unmet_everywhere(now=NOW)
    told = [(one.level, one.size, one.commune, one.classes, one.pupils, one.waiting) for one in found]
    assert told == [
        ("4e", 24, "Dole", 2, 39, 0),
        ("4e", 24, "Belfort", 1, 24, 0),
        ("4e", 30, "Besançon", 1, 27, 1),
    ]
    (whole,) = together(found)
    assert (whole.classes, whole.pupils, whole.waiting) == (4, 90, 1)


@pytest.mark.parametrize(
    ("lycee", "told"),
    [("haag", [(10, "4e", 30, 1), (60, "4e", 24, 1)]), ("duhamel", [(10, "4e", 24, 2), (60, "4e", 30, 1)])],
)
async def test_a_lycee_reads_what_waits_around_it_and_would_come_so_far(asked, lycee, told):
    found = await unmet_around(asked[lycee], now=NOW)
    assert [(one.km, one.level, one.size, one.classes) for one in found] == told


async def test_the_host_reads_it_where_slots_are_opened_without_a_name(app, asked):
    app.state.clock = lambda: NOW
    host = await builders.person("host", school=asked["haag"])
    browser = await Browser(app, now=NOW).sign_in(host)
    for path in ("/lycee/creneaux/nouveau", "/lycee/creneaux/serie"):
        page = read(await browser.get(path))
        assert "1 classe de 4e, 25 à 30 élèves" in page
        assert "Stendhal" not in page


async def test_the_coordination_reads_it_by_kind_and_by_commune(app, asked):
    app.state.clock = lambda: NOW
    coordinator = await builders.person("coordinator", example=True)
    browser = await Browser(app, now=NOW).sign_in(coordinator)
    page = read(await browser.get("/gestion/demandes"))
    assert "4 classes attendent un créneau, 90 élèves : 1 en liste d'attente, 3 par une alerte." in page
    assert "2 classes attendent un créneau, 39 élèves" in read(await browser.get("/gestion/demandes?departement=39"))
