"""What teaches an object: three fields of a workshop, and what a collège reads of them after its visit."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict, replace

from tests import builders
from tests.builders import NOW
from workshops.catalogue.describe import DescribeWorkshop, describe_workshop
from workshops.catalogue.queries import diplomas_for, workshop
from workshops.catalogue.rules import Diploma, SafetySheet
from workshops.refusals import Invalid

CLOCK = DescribeWorkshop(
    title="L'horloge", levels=["4e"], **asdict(SafetySheet("Régler.", "Découper.", "Lunettes.", "M."))
)
PAGE = "https://www.onisep.fr/ressources/univers-formation/formations/lycees/bac-pro-microtechniques"
MICRO = replace(CLOCK, diploma="Bac pro Microtechniques", diploma_link=PAGE)


async def kept(asked: DescribeWorkshop, *, school: int, number: int | None = None) -> tuple[str, int | None, str]:
    made = await describe_workshop(asked, workshop=number, school=school, by=None, now=NOW)
    card = await workshop(made)
    assert card is not None
    return card.diploma, card.diploma_school, card.diploma_link


async def test_a_lycee_says_which_diploma_teaches_it_where_and_on_which_page(db):
    own, other = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    assert await kept(MICRO, school=own) == ("Bac pro Microtechniques", None, PAGE)
    assert await kept(replace(MICRO, diploma_school=other), school=own) == ("Bac pro Microtechniques", other, PAGE)


async def test_what_is_no_longer_said_is_emptied(db):
    own = await builders.school(kind="lycee")
    number = await describe_workshop(MICRO, school=own, by=None, now=NOW)
    assert await kept(CLOCK, school=own, number=number) == ("", None, "")


@pytest.mark.parametrize("link", [PAGE, "https://onisep.fr/", "https://avenirs.onisep.fr/recherche?text=horlogerie"])
async def test_a_page_of_onisep_and_of_its_services_is_kept(db, link):
    assert (await kept(replace(MICRO, diploma_link=link), school=await builders.school(kind="lycee")))[2] == link


@pytest.mark.parametrize(
    "link",
    [
        "http://www.onisep.fr/formation",
        "www.onisep.fr/formation",
        "https://www.onisep.fr",
        "https://onisep.fr.example.org/formation",
        "https://faux-onisep.fr/formation",
        "https://user@example.org/onisep.fr/",
        "javascript:alert(1)//https://www.onisep.fr/",
    ],
)
async def test_any_other_address_is_refused_in_a_sentence(db, link):
    with pytest.raises(Invalid) as refused:
        replace(MICRO, diploma_link=link)
    assert refused.value.errors == {
        "diploma_link": "Sa page Onisep : une adresse du site onisep.fr, qui commence par https://www.onisep.fr/."
    }


async def test_a_page_or_a_lycee_without_its_diploma_is_refused(db):
    own = await builders.school(kind="lycee")
    for alone in (replace(CLOCK, diploma_link=PAGE), replace(CLOCK, diploma_school=own)):
        with pytest.raises(Invalid) as refused:
            await kept(alone, school=own)
        assert list(refused.value.errors) == ["diploma"]


async def test_only_a_lycee_that_is_open_prepares_it(db):
    own, college = await builders.school(kind="lycee"), await builders.school()
    shut = await builders.school(kind="lycee", closed=True)
    for nobody in (college, shut, 999_999):
        with pytest.raises(Invalid) as refused:
            await kept(replace(MICRO, diploma_school=nobody), school=own)
        assert list(refused.value.errors) == ["diploma_school"]


async def test_the_nearest_lycee_that_builds_the_object_comes_first(db):
    dole = await builders.school(commune="Dole", lat=47.09, lon=5.49)
    besancon = await builders.school(kind="lycee", name="Lycée Haag", commune="Besançon", lat=47.24, lon=6.02)
    morteau = await builders.school(kind="lycee", name="Lycée Faure", commune="Morteau", lat=47.06, lon=6.60)
    clock, lamp = await builders.tech_object(name="Horloge"), await builders.tech_object(name="Lampe")
    visited = await builders.workshop(host=morteau, objects=(clock,), diploma="CAP Horlogerie", diploma_link=PAGE)
    await builders.workshop(host=besancon, objects=(clock, lamp), diploma="Bac pro Microtechniques")
    await builders.workshop(host=besancon, objects=(clock,), diploma="bac pro microtechniques", diploma_link=PAGE)
    await builders.workshop(host=besancon, objects=(lamp,), diploma="Bac pro CIEL")
    await builders.workshop(host=besancon, objects=(clock,), diploma="Brouillon", state="draft")
    await builders.workshop(host=besancon, objects=(clock,))
    assert await diplomas_for(dole, workshop=visited, objects=[clock], most=3) == [
        Diploma(
            title="bac pro microtechniques",
            lycee="Lycée Haag",
            commune="Besançon",
            link=PAGE,
            km=43,
            estimated=False,
            own=False,
            objects=("Horloge",),
        ),
        Diploma(
            title="CAP Horlogerie",
            lycee="Lycée Faure",
            commune="Morteau",
            link=PAGE,
            km=84,
            estimated=False,
            own=True,
            objects=("Horloge",),
        ),
    ]
    assert [one.title for one in await diplomas_for(dole, workshop=visited, objects=[clock], most=1)] == [
        "bac pro microtechniques"
    ]


async def test_a_diploma_prepared_elsewhere_is_as_far_as_that_lycee(db):
    dole = await builders.school(commune="Dole", lat=47.09, lon=5.49)
    near = await builders.school(kind="lycee", name="Lycée Duhamel", commune="Dole", lat=47.09, lon=5.50)
    far = await builders.school(kind="lycee", commune="Morteau", lat=47.06, lon=6.60)
    visited = await builders.workshop(host=far, diploma="Bac pro Microtechniques", diploma_school=near)
    (told,) = await diplomas_for(dole, workshop=visited, objects=[], most=3)
    assert (told.lycee, told.commune, told.km) == ("Lycée Duhamel", "Dole", 1)


async def test_the_workshop_visited_is_told_even_once_it_is_withdrawn(db):
    dole, lycee = await builders.school(), await builders.school(kind="lycee")
    clock = await builders.tech_object(name="Horloge")
    gone = await builders.workshop(host=lycee, objects=(clock,), diploma="CAP Horlogerie", state="withdrawn")
    other = await builders.workshop(host=lycee, objects=(clock,), diploma="BMA Horlogerie", state="withdrawn")
    assert [one.title for one in await diplomas_for(dole, workshop=gone, objects=[clock], most=3)] == ["CAP Horlogerie"]
    assert [one.title for one in await diplomas_for(dole, workshop=other, objects=[clock], most=3)] == [
        "BMA Horlogerie"
    ]


async def test_a_school_whose_place_is_not_known_is_estimated_by_its_departement_or_not_said(db):
    lost = await builders.school(commune="Nulle-Part", department="39", lat=None, lon=None)
    stranger = await builders.school(commune="Ailleurs", department="2A", lat=None, lon=None)
    await builders.school(commune="Dole", department="39", lat=47.09, lon=5.49)
    lycee = await builders.school(kind="lycee", department="25", lat=47.24, lon=6.02)
    visited = await builders.workshop(host=lycee, diploma="CAP Horlogerie")
    told = [
        (one.km, one.estimated)
        for college in (lost, stranger)
        for one in await diplomas_for(college, workshop=visited, objects=[], most=3)
    ]
    assert told == [(43, True), (None, False)]
