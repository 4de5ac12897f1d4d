from __future__ import annotations

from datetime import date

import pytest

from tests import builders
from tests.builders import paris
from workshops.equity.queries import Reached, Received, equity
from workshops.equity.rules import DistanceBand, Trip, band_of, banded, mean_km

YEAR = {"from_on": date(2026, 8, 1), "to_on": date(2027, 7, 31)}


@pytest.fixture
async def visits(db) -> dict[str, int]:
    """A REP+ collège in the country 25 km away, an urban one at 0 km, a private one; a public one never came."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", uai="0250001R", lat=47.0, lon=6.0)
    far = await builders.school(priority="REP+", rural=True, lat=47.225, lon=6.0, department="39")
    near = await builders.school(rural=False, lat=47.0, lon=6.0)
    private = await builders.school(sector="prive", lat=None, lon=None)
    await builders.school(priority="REP")
    await builders.school(part_of=near)
    done = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"), state="done", groups_max=9)
    await builders.turnout(slot=done, school=far, counted=20, girls=11, level="4e")
    await builders.turnout(slot=done, school=near, counted=24, girls=0, level="4e")
    await builders.turnout(slot=done, school=near, counted=10, level="3e")
    await builders.turnout(slot=done, school=private, counted=6, girls=6, level="3e")
    await builders.turnout(slot=done, school=near, counted=0, level="5e")
    before = await builders.slot(host=lycee, starts_at=paris("2026-03-25 09:00"), state="done")
    await builders.turnout(slot=before, school=near, counted=99, girls=50)
    return {"lycee": lycee}


async def test_girls_and_boys_are_told_for_the_groups_that_counted_them(visits):
    found = await equity(**YEAR)
    assert found.whole == Received("", "Hors éducation prioritaire", 60, 4, apart=50, girls=17)
    assert found.whole.boys == 33
    assert [(one.key, one.pupils, one.apart, one.girls) for one in found.received["levels"]] == [
        ("4e", 44, 44, 11),
        ("3e", 16, 6, 6),
    ]


async def test_priority_education_and_the_country_are_told_beside_the_public_colleges_known(visits):
    found = await equity(**YEAR)
    assert [(one.label, one.pupils) for one in found.received["priorities"]] == [
        ("REP+", 20),
        ("Hors éducation prioritaire", 40),
    ]
    assert found.reached["priorities"] == [
        Reached("REP+", "REP+", 1, 1),
        Reached("REP", "REP", 1, 0),
        Reached("", "Hors éducation prioritaire", 1, 1),
    ]
    assert [(one.label, one.pupils) for one in found.received["settings"]] == [
        ("Commune rurale", 20),
        ("Commune urbaine", 34),
        ("Non renseigné", 6),
    ]
    assert [(one.key, one.known, one.came, one.never) for one in found.reached["settings"]] == [
        ("rural", 1, 1, 0),
        ("urban", 1, 1, 0),
        ("unknown", 1, 0, 1),
    ]
    assert (found.colleges.known, found.colleges.never) == (3, 1)
    assert [(one.key, one.pupils) for one in found.received["departments"]] == [("25", 40), ("39", 20)]
    assert [(one.key, one.pupils) for one in found.received["lycees"]] == [("0250001R", 60)]


async def test_the_distance_is_that_between_the_college_and_the_lycee(visits):
    found = await equity(**YEAR)
    assert found.bands == [
        DistanceBand("Moins de 10 km", 34, 2),
        DistanceBand("De 10 à 25 km", 0, 0),
        DistanceBand("De 25 à 50 km", 20, 1),
        DistanceBand("50 km et plus", 0, 0),
        DistanceBand("Distance inconnue", 6, 1),
    ]
    assert found.mean_km == pytest.approx(20 * 25.02 / 54, abs=0.01)
    assert found.most_km == pytest.approx(25.02, abs=0.01)


async def test_without_any_visit_everything_is_nought(db):
    found = await equity(**YEAR)
    assert (found.whole.pupils, found.colleges.known, found.mean_km, found.most_km) == (0, 0, None, None)
    assert found.received == {"lycees": [], "departments": [], "priorities": [], "settings": [], "levels": []}


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (0, "Moins de 10 km"),
        (9.99, "Moins de 10 km"),
        (10, "De 10 à 25 km"),
        (49.9, "De 25 à 50 km"),
        (50, "50 km et plus"),
        (None, "Distance inconnue"),
    ],
)
def test_a_distance_has_its_band(km, words):
    assert band_of(km) == words


def test_trips_are_told_by_band_and_unknown_ones_apart():
    trips = [Trip(3, 20, 1), Trip(30, 24, 1), Trip(4, 22, 1), Trip(None, 10, 1)]
    assert banded(trips) == [
        DistanceBand("Moins de 10 km", 42, 2),
        DistanceBand("De 10 à 25 km", 0, 0),
        DistanceBand("De 25 à 50 km", 24, 1),
        DistanceBand("50 km et plus", 0, 0),
        DistanceBand("Distance inconnue", 10, 1),
    ]
    assert [band.label for band in banded(trips[:1])][-1] == "50 km et plus"


def test_the_mean_distance_is_a_pupils_own():
    assert mean_km([Trip(10, 10, 1), Trip(40, 20, 1), Trip(None, 99, 1)]) == 30
    assert mean_km([Trip(None, 5, 1)]) is None
