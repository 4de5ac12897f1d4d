"""What the board says first of its targets, and what it adds up."""

from __future__ import annotations

from datetime import date

import pytest

from booking.web.office.board import by_scheme, outlook
from workshops.programmes.queries import TargetCard
from workshops.results.measure import Progress


def stand(forecast: int | None, *, target: int = 100, programme: str = "technilab", official: bool = True) -> Progress:
    days = {"from_on": date(2024, 9, 1), "to_on": date(2029, 8, 31)}
    words = {"metric": "pupils", "label": "Collégiens", "unit": "collégiens", "note": "Un par visite."}
    card = TargetCard(id=1, programme=programme, target=target, official=official, **words, **days)
    ahead = None if forecast is None else forecast - 1
    return Progress(target=card, done=1, booked=0, frozen=False, counted=1, engaged=0, hoped=ahead)


@pytest.mark.parametrize(
    ("forecasts", "words"),
    [
        ([], ""),
        ([None], ""),
        ([99], "l'objectif ne serait pas atteint"),
        ([100], "l'objectif serait atteint"),
        ([99, 12, None], "aucun des 2 objectifs ne serait atteint"),
        ([100, 130], "tous les objectifs seraient atteints"),
        ([100, 99], "1 objectif sur 2 serait atteint"),
        ([100, 130, 99], "2 objectifs sur 3 seraient atteints"),
    ],
)
def test_the_board_says_how_many_targets_would_be_reached(forecasts, words):
    assert outlook([stand(forecast) for forecast in forecasts]) == words


def test_a_target_in_the_other_unit_is_not_one_of_those_that_would_be_reached():
    assert outlook([stand(100), stand(1, official=False)]) == "l'objectif serait atteint"


def test_the_official_targets_stand_under_the_name_of_their_programme():
    pupils, courses, other = stand(1), stand(1, programme="bts1"), stand(1, programme="ptech", official=False)
    assert by_scheme([courses, pupils, other]) == [("TECHNILAB", [pupils]), ("BTS+1", [courses])]
