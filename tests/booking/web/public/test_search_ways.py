"""How a class finds its place: whole, in two halves, later, or nowhere; count, map and objects say the same."""

from __future__ import annotations

import re

from tests import builders
from tests.builders import paris

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


def _lead(html: str) -> str:
    (told,) = re.findall(r'<p [^>]*id="trouve"[^>]*>(.+?)(?: <a href.+?)?</p>', _plain(html))
    return told


def _acts(html: str) -> list[str]:
    return re.findall(
        r'<div class="on-offer-act">\s*<a class="btn btn-(?:outline-)?primary" href="[^"]*">([^<]+)<', html
    )


def _ways(html: str) -> dict[str, str]:
    nav = re.search(r'<nav class="views ways".+?</nav>', _plain(html), re.DOTALL)
    return {words: address for address, words in re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', nav[0])} if nav else {}


async def test_a_search_counts_apart_what_takes_the_class_whole_and_what_takes_its_halves(visitor):
    await _offer()
    shown = (await visitor.get(f"/creneaux?{CLASS}")).text
    assert _lead(shown) == "2 créneaux conviennent à la classe entière, 3 en deux moitiés."
    assert _acts(shown) == ["Réserver", "Réserver"]
    ways = _ways(shown)
    assert list(ways) == ["Classe entière (2)", "En deux moitiés (3)", "Pas encore ouverts (1)"]
    halves = (await visitor.get(ways["En deux moitiés (3)"].replace("&amp;", "&"))).text
    assert _acts(halves) == ["Réserver les deux moitiés"] * 3
    assert _lead(halves) == _lead(shown)
    later = (await visitor.get(ways["Pas encore ouverts (1)"].replace("&amp;", "&"))).text
    assert _acts(later) == ["Ouverture lundi 1er février à 10 h"]


async def test_full_slots_are_those_where_the_class_waits_whole(visitor):
    await _offer()
    shown = (await visitor.get(f"/creneaux?{CLASS}")).text
    assert re.findall(r'<a href="[^"]*complets=oui[^"]*">([^<]+)', _plain(shown)) == ["Voir aussi 1 créneau complet"]
    waiting = (await visitor.get(f"/creneaux?{CLASS}&complets=oui")).text
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
    assert re.findall(r'aria-label="([^"]+) : ([^"]+)"><circle', drawn) == [("Besançon", "2 créneaux")]
    halved = _plain((await visitor.get(f"/creneaux/carte?{CLASS}&facon=moities")).text)
    assert [told for _, told in re.findall(r'aria-label="([^"]+) : ([^"]+)"><circle', halved)] == ["3 créneaux"]
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
