"""A year with ghosts stays what it was: places given back late find the nearest class, or nobody."""

from __future__ import annotations

from tests.load.ghosts import Year, year


def test_a_year_with_ghosts_fills_again_most_of_what_a_class_waits_for_nearby():
    assert year(2, 400, ticked=1.0) == Year(placed=250, ghosts=11, given_back=10, awaited=10, filled=8)
    assert year(2, 400, ticked=0.0).filled == 0
