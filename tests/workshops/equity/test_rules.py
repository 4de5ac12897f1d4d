from __future__ import annotations

import pytest

from workshops.equity.rules import DistanceBand, Trip, band_of, banded, mean_km


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
