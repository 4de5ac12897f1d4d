from __future__ import annotations

import pytest

from tests import builders
from workshops.companies.queries import company, place_of
from workshops.companies.rules import CompanyPlace, KnownPlaces, SchoolPoint

KNOWN = KnownPlaces(
    [
        SchoolPoint("Besançon", "25000", "25", 47.24, 6.02, schools=3),
        SchoolPoint("Besançon", "25030", "25", 47.28, 6.10, schools=1),
        SchoolPoint("Saint-Claude", "39200", "39", 46.39, 5.87, schools=2),
        SchoolPoint("Dole", "39100", "39", 47.09, 5.49, schools=2),
        SchoolPoint("Villers", "25130", "25", 47.05, 6.67, schools=1),
        SchoolPoint("Villers", "70110", "70", 47.55, 6.43, schools=1),
    ]
)


@pytest.mark.parametrize("written", ["Besançon", "BESANCON", "25000 Besançon Cedex", "besançon cedex 3"])
def test_a_company_is_where_the_schools_of_its_commune_are(written):
    place = KNOWN.place_of(written, "25")
    assert (round(place.lat, 2), round(place.lon, 2), place.estimated) == (47.25, 6.04, False)


def test_a_saint_may_be_written_short():
    assert KNOWN.place_of("St Claude", "39") == CompanyPlace(46.39, 5.87)


def test_a_commune_without_a_school_is_where_those_of_the_postcode_written_with_it_are():
    assert KNOWN.place_of("39100 Choisey", "39") == CompanyPlace(47.09, 5.49)


def test_a_commune_that_nobody_knows_is_in_the_middle_of_its_departement_and_says_so():
    place = KNOWN.place_of("Mouchard", "39")
    assert (round(place.lat, 2), round(place.lon, 2), place.estimated) == (46.74, 5.68, True)


def test_a_commune_of_another_departement_is_not_hers():
    assert KNOWN.place_of("Dole", "25").estimated


def test_two_communes_of_one_name_are_told_apart_by_the_departement_alone():
    assert KNOWN.place_of("Villers", "70") == CompanyPlace(47.55, 6.43)
    assert KNOWN.place_of("Villers", "") is None


@pytest.mark.parametrize(("commune", "department"), [("", ""), ("Mouchard", ""), ("Metz", "57")])
def test_a_company_that_says_too_little_is_nowhere(commune, department):
    assert KNOWN.place_of(commune, department) is None


async def test_a_company_moves_with_what_its_card_says_and_with_the_schools_that_are_known(db):
    await builders.school(lat=47.24, lon=6.02)
    await builders.school(lat=None, lon=None)
    jura = await builders.company(commune="Dole", department="39")
    assert await place_of(await company(jura)) is None
    await builders.school(commune="Dole", department="39", postcode="39100", lat=47.09, lon=5.49)
    assert await place_of(await company(jura)) == CompanyPlace(47.09, 5.49)
