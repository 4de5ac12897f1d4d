"""Looking for a visit: what the list holds, in which words, and what each card lets one do."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from tests import builders
from tests.booking.web.public.conftest import NOW
from tests.browsing import Browser
from tests.builders import paris
from workshops.database import value

DAY = re.compile(
    r'<a class="slot-day[^"]*" href="([^"]*)"><strong>([^<]+)</strong>([^<]*)(?:<small>([^<]*)</small>)?\s*'
    r'<span class="visually-hidden">, (.+?) : (.+?)</span></a>'
)


def days_of(html: str) -> list[tuple[str, ...]]:
    """Each day to tap of a list by workshop, as (address, day, hour, what is told, act, workshop)."""
    return [tuple(unescape(part).strip() for part in found) for found in DAY.findall(_plain(html))]


def _hours(html: str) -> list[str]:
    shown = re.findall(r'<p class="on-offer-when"><strong>.+?, (.+?)</strong>', _plain(html))
    return shown or [hour for _, _, hour, *_ in days_of(html)]


def _acts(html: str) -> list[str]:
    shown = re.findall(
        r'<div class="on-offer-act">\s*<a class="btn btn-(?:outline-)?primary" href="[^"]*">([^<]+)<', html
    )
    return shown or [words.partition(",")[0] for *_, words, _ in days_of(html)]


def _lead(html: str) -> str:
    (told,) = re.findall(r'<p [^>]*id="trouve"[^>]*>(.+?)(?: <a href.+?)?</p>', _plain(html))
    return told


def _phrase(html: str) -> str:
    (said,) = re.findall(r"<h1[^>]*>(.+?)</h1>", html)
    return unescape(said).replace("\u00a0", " ")


async def test_a_slot_whose_reservations_are_closed_is_not_proposed(visitor):
    lycee = await builders.school(kind="lycee")
    tomorrow = NOW + timedelta(days=1)
    await builders.slot(host=lycee, starts_at=tomorrow, booking_closes_at=NOW - timedelta(days=1))
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    shown = (await visitor.get("/creneaux")).text
    assert (_hours(shown), _lead(shown)) == (["9 h 00"], "1 créneau est proposé.")


async def test_a_full_slot_stays_and_proposes_its_waiting_list(visitor):
    lycee = await builders.school(kind="lycee")
    full = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=full, group=await builders.group(), pupils=24)
    await builders.slot(host=lycee, starts_at=paris("2027-03-26 10:00"))
    shown = (await visitor.get("/creneaux")).text
    assert _acts(shown) == ["Réserver", "Attendre une place"]
    shown = (await visitor.get("/creneaux?tri=date")).text
    assert _acts(shown) == ["Attendre une place", "Réserver"]
    shown = (await visitor.get("/creneaux?libres=oui")).text
    assert _acts(shown) == ["Réserver"]


async def test_the_list_says_for_whom_it_is(visitor):
    await builders.slot(starts_at=paris("2027-03-25 09:00"), levels=["4e"])
    shown = (await visitor.get("/creneaux?niveau=4e&eleves=24")).text
    assert (_phrase(shown), _lead(shown)) == (
        "Une visite pour 24 élèves de 4e, dans tous les départements, à tout moment.",
        "1 créneau convient.",
    )
    shown = (await visitor.get("/creneaux?niveau=6e")).text
    assert (_hours(shown), _lead(shown)) == ([], "Aucun créneau ne convient.")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("eleves=500", "Élèves : écrivez un nombre de 1 à 60."),
        ("du=hier", "À partir du : écrivez une date, par exemple 25/03/2027."),
        ("niveau=terminale", "Niveau : choisissez dans la liste."),
    ],
)
async def test_what_cannot_be_read_is_told_beside_its_field_and_kept(visitor, asked, told):
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    answer = await visitor.get(f"/creneaux?{asked}")
    assert answer.status_code == 200
    assert re.findall(r'<p class="field-error"[^>]*>(.+?)</p>', answer.text) == [told]
    assert _hours(answer.text) == ["9 h 00"]


async def test_a_month_begins_where_there_is_something_to_reserve(visitor):
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    shown = (await visitor.get("/creneaux?vue=mois")).text
    assert re.findall(r"<caption>(.+?)</caption>", shown) == ["mars 2027"]
    assert re.findall(r'<a href="(/creneaux\?jour=[^"]+)"', shown) == ["/creneaux?jour=2027-03-25"]


async def offered(*names: str, days: tuple[int, ...] = (20,), **more) -> list[int]:
    """Objects that a workshop of a lycée of its own builds, in a slot on each of these days of January."""
    objects = [await builders.tech_object(name=name) for name in names]
    workshop = await builders.workshop(objects=tuple(objects))
    for day in days:
        await builders.slot(workshop=workshop, starts_at=paris(f"2027-01-{day} 09:00"), seats=24, **more)
    return objects


def cards(page: str) -> list[tuple[str, str, str, str]]:
    """Each card as (drawing, address, name, what is told)."""
    found = re.findall(
        r'#(\w+)"/></svg>\s*<h\d class="h3"><a href="([^"]*)">(.+?)</a></h\d>\s*<p class="unit m-0">(.+?)</p>', page
    )
    return [tuple(unescape(part) for part in one) for one in found]


async def test_each_object_leads_to_its_slots_and_says_how_many_they_are(visitor):
    (lamp,) = await offered("Lampe à balancier", days=(20, 21))
    (robot,) = await offered("Robot suiveur", levels=["3e"])
    assert cards((await visitor.get("/objets")).text) == [
        ("lampe", f"/creneaux?objet={lamp}", "Lampe à balancier", "2 créneaux, 1 lycée"),
        ("robot", f"/creneaux?objet={robot}", "Robot suiveur", "1 créneau, 1 lycée"),
    ]


async def test_the_class_of_a_search_is_kept_and_counted_for(visitor):
    (lamp,) = await offered("Lampe à balancier", days=(20, 21))
    (robot,) = await offered("Robot suiveur", levels=["3e"])
    shown = (await visitor.get(f"/objets?niveau=4e&eleves=24&objet={robot}&suite=x")).text
    asked = "niveau=4e&eleves=24&objet="
    assert cards(shown) == [
        ("lampe", f"/creneaux?{asked}{lamp}", "Lampe à balancier", "2 créneaux, 1 lycée"),
        ("robot", f"/creneaux?{asked}{robot}", "Robot suiveur", "Pas de créneau pour l'instant"),
    ]
    assert "2 créneaux conviennent à un groupe de 24 élèves de 4e." in unescape(shown)


async def test_an_object_leads_to_as_many_slots_as_it_said(visitor):
    await offered("Lampe à balancier", days=(20, 21))
    await offered("Robot suiveur")
    (_, address, _, told), _ = cards((await visitor.get("/objets?niveau=4e")).text)
    assert (told, len(days_of((await visitor.get(address)).text))) == ("2 créneaux, 1 lycée", 2)


async def test_the_first_page_shows_what_is_built(visitor):
    (lamp,) = await offered("Lampe à balancier")
    assert cards((await visitor.get("/")).text) == [
        ("lampe", f"/creneaux?objet={lamp}", "Lampe à balancier", "1 créneau, 1 lycée")
    ]


async def test_without_any_workshop_the_gallery_leads_to_the_slots(visitor):
    shown = (await visitor.get("/objets")).text
    assert (cards(shown), "Aucun objet n'est proposé aujourd'hui" in unescape(shown)) == ([], True)


@pytest.mark.parametrize("page", ["/creneaux", "/creneaux?vue=mois", "/objets", "/lycees/{uai}", "/creneaux/carte"])
async def test_what_is_no_answer_of_a_search_is_in_no_link(app, page):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", uai="0250001R")
    for day in range(10, 25):
        await builders.slot(host=lycee, starts_at=paris(f"2027-03-{day} 09:00"))
    browser = Browser(app)
    address = page.format(uai="0250001R")
    more = "&" if "?" in address else "?"
    plain = await browser.get(f"{address}{more}niveau=4e")
    names = "&".join(f"nimporte{n}={'x' * 40}" for n in range(120))
    asked = await browser.get(f"{address}{more}niveau=4e&{names}")
    assert asked.status_code == plain.status_code
    assert "nimporte" not in asked.text
    assert len(asked.text) <= len(plain.text) + 200
    long = await browser.get(f"{address}{more}niveau=4e&departement={'d' * 5000}&lycee={'l' * 5000}")
    assert len(long.text) < len(plain.text) * 1.5 + 20_000


CLASS = "niveau=4e&eleves=27"


async def _offer() -> None:
    """For 27 pupils: 2 slots that take them, 3 that do in pairs, 1 that opens later, 1 that takes nobody, 1 full."""
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge")
    large = await builders.school(kind="lycee", name="Lycée Grand", lat=47.24, lon=6.02)
    small = await builders.school(kind="lycee", name="Lycée Petit", lat=47.63, lon=6.86)
    alone = await builders.school(kind="lycee", name="Lycée Seul", lat=46.67, lon=5.55)
    wide = await builders.workshop(host=large, objects=(lamp,))
    narrow = await builders.workshop(host=small, objects=(clock,))
    single = await builders.workshop(host=alone, objects=(lamp,))
    for when in ("2027-03-22 09:00", "2027-03-23 09:00"):
        await builders.slot(workshop=wide, starts_at=paris(when), seats=30)
    full = await builders.slot(workshop=wide, starts_at=paris("2027-03-24 09:00"), seats=30)
    await builders.reservation(slot=full, group=await builders.group(), pupils=28)
    for when in ("2027-03-15 09:00", "2027-03-15 13:30", "2027-03-16 09:00"):
        await builders.slot(workshop=narrow, starts_at=paris(when), seats=20)
    await builders.slot(workshop=single, starts_at=paris("2027-03-17 09:00"), seats=20)
    await builders.slot(workshop=wide, starts_at=paris("2027-05-20 09:00"), seats=30)
    await builders.opening(
        opens_at=paris("2027-02-01 10:00"),
        first_on=paris("2027-05-01 09:00").date(),
        last_on=paris("2027-05-31 09:00").date(),
    )


def _plain(html: str) -> str:
    return html.replace("\u00a0", " ")


def _ways(html: str) -> dict[str, str]:
    nav = re.search(r'<nav class="views ways".+?</nav>', _plain(html), re.DOTALL)
    return {words: address for address, words in re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', nav[0])} if nav else {}


async def test_a_search_counts_apart_what_takes_the_class_whole_and_what_takes_its_halves(visitor):
    await _offer()
    shown = (await visitor.get(f"/creneaux?{CLASS}&tri=date")).text
    assert _lead(shown) == "2 créneaux conviennent à la classe entière, 3 en deux moitiés."
    assert _acts(shown) == ["Réserver", "Réserver"]
    ways = _ways(shown)
    assert list(ways) == ["Classe entière (2)", "En deux moitiés (3)", "Pas encore ouverts (1)"]
    halves = (await visitor.get(ways["En deux moitiés (3)"].replace("&amp;", "&"))).text
    assert _acts(halves) == ["Réserver les deux moitiés"] * 3
    assert _lead(halves) == _lead(shown)
    later = (await visitor.get(ways["Pas encore ouverts (1)"].replace("&amp;", "&"))).text
    assert _acts(later) == ["Ouverture lundi 1er février à 10\xa0h"]


async def test_a_class_too_large_for_a_slot_reads_why_before_its_two_halves(visitor):
    await _offer()
    slot = await value("SELECT min(id) FROM slots WHERE seats = 20")
    shown = _plain((await visitor.get(f"/creneaux/{slot}?{CLASS}")).text)
    assert shown.count("Ce créneau prend 20 élèves") == 1
    assert shown.index("Ce créneau prend 20 élèves") < shown.index("Venir en deux moitiés")


async def test_full_slots_are_those_where_the_class_waits_whole(visitor):
    await _offer()
    shown = (await visitor.get(f"/creneaux?{CLASS}&tri=date")).text
    assert re.findall(r'<a href="[^"]*complets=oui[^"]*">([^<]+)', _plain(shown)) == ["Voir aussi 1 créneau complet"]
    waiting = (await visitor.get(f"/creneaux?{CLASS}&complets=oui&tri=date")).text
    assert (_acts(waiting), _lead(waiting)) == (["Réserver"] * 2 + ["Attendre une place"], "3 créneaux sont proposés.")


async def test_without_a_slot_for_the_whole_class_its_halves_are_listed(visitor):
    small = await builders.school(kind="lycee")
    for when in ("2027-03-15 09:00", "2027-03-15 13:30"):
        await builders.slot(host=small, starts_at=paris(when), seats=20)
    shown = (await visitor.get(f"/creneaux?{CLASS}")).text
    assert _lead(shown) == "Aucun créneau pour la classe entière, 2 en deux moitiés."
    assert _acts(shown) == ["Réserver les deux moitiés"] * 2
    whole = (await visitor.get(f"/creneaux?{CLASS}&facon=classe")).text
    assert _acts(whole) == []


async def test_a_slot_that_takes_nobody_of_the_class_is_no_slot_that_suits(visitor):
    await builders.slot(starts_at=paris("2027-03-15 09:00"), seats=20)
    shown = (await visitor.get(f"/creneaux?{CLASS}")).text
    assert (_lead(shown), _acts(shown)) == ("Aucun créneau ne convient.", [])


async def test_the_map_and_the_objects_count_what_the_list_shows(visitor):
    await _offer()
    drawn = _plain((await visitor.get(f"/creneaux/carte?{CLASS}")).text)
    assert _lead(drawn) == "2 créneaux conviennent à un groupe de 27 élèves de 4e, 3 en deux moitiés."
    assert re.findall(r'aria-label="([^"]+) : ([^"]+)">\s*<circle', drawn) == [("Besançon", "2 créneaux")]
    halved = _plain((await visitor.get(f"/creneaux/carte?{CLASS}&facon=moities")).text)
    assert [told for _, told in re.findall(r'aria-label="([^"]+) : ([^"]+)">\s*<circle', halved)] == ["3 créneaux"]
    built = _plain((await visitor.get(f"/objets?{CLASS}")).text)
    assert re.findall(r'<p class="unit m-0">([^<]+)</p>', built) == [
        "2 créneaux, 1 lycée",
        "Pas de créneau pour l'instant",
    ]
    assert _lead_of_gallery(built).startswith("2 créneaux conviennent à un groupe de 27 élèves de 4e, 3 en deux moit")


def _lead_of_gallery(html: str) -> str:
    (told,) = re.findall(r'<p class="lead">(.+?)</p>', html)
    return told


async def test_a_class_that_every_slot_takes_reads_one_count(visitor):
    await builders.slot(starts_at=paris("2027-03-15 09:00"), seats=30)
    shown = (await visitor.get(f"/creneaux?{CLASS}")).text
    assert (_lead(shown), _ways(shown)) == ("1 créneau convient.", {})
