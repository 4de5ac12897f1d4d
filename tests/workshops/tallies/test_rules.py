"""The pieces of a period are the period: each of its days once, no other day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from workshops.tallies.rules import EVER, Piece, pieces_of, year_of

A_DAY = timedelta(days=1)
YEARS = (date(2023, 8, 1), date(2027, 8, 1))


def days(first: date, last: date) -> list[date]:
    return [first + n * A_DAY for n in range((last - first).days + 1)]


def days_of(piece: Piece) -> list[date]:
    if piece.span == "ever":
        return days(YEARS[0], date(2028, 7, 31))
    if piece.span == "year":
        return days(piece.begins, date(piece.begins.year + 1, 7, 31))
    return days(piece.begins, (piece.begins + timedelta(days=31)).replace(day=1) - A_DAY)


@pytest.mark.parametrize("seed", range(20))
def test_every_day_of_a_period_counts_once_and_no_other(seed: int):
    draw = Random(seed)
    for _ in range(20):
        first = date(2023, 8, 1) + draw.randrange(1100) * A_DAY
        last = first + draw.choice((draw.randrange(40), draw.randrange(700))) * A_DAY
        pieces, found = pieces_of(first, last, years=YEARS), Counter[date]()
        for piece in pieces.kept:
            for day in days_of(piece):
                found[day] += piece.sign
        for edge in pieces.edges:
            found.update(days(*edge))
        assert +found == Counter(days(first, last))
        assert all(count >= 0 for count in found.values())


def test_the_fewest_pieces_are_taken():
    assert pieces_of(date(2026, 8, 1), date(2027, 7, 31), years=YEARS).kept == [Piece("year", date(2026, 8, 1))]
    assert pieces_of(date(2026, 9, 1), date(2027, 7, 31), years=YEARS).kept == [
        Piece("year", date(2026, 8, 1)),
        Piece("month", date(2026, 8, 1), -1),
    ]
    assert pieces_of(date(2023, 9, 1), date(2028, 8, 31), years=YEARS).kept == [
        Piece("ever", EVER),
        Piece("month", date(2023, 8, 1), -1),
    ]


def test_who_asks_for_no_less_than_was_held_has_whole_months():
    held = date(2026, 9, 17), date(2027, 3, 11)
    for first, last in ((date(2026, 9, 17), date(2027, 3, 11)), (date(2026, 9, 5), date(2027, 3, 20))):
        pieces = pieces_of(first, last, years=YEARS, held=held)
        assert pieces == pieces_of(date(2026, 9, 1), date(2027, 3, 31), years=YEARS)
        assert pieces.edges == []
    less = pieces_of(date(2026, 9, 18), date(2027, 3, 10), years=YEARS, held=held)
    assert less == pieces_of(date(2026, 9, 18), date(2027, 3, 10), years=YEARS)
    assert pieces_of(date(2027, 3, 12), date(2027, 3, 11), years=YEARS, held=held) == pieces_of(
        date(2027, 3, 12), date(2027, 3, 11), years=YEARS
    )


def test_days_within_a_month_have_no_sum():
    pieces = pieces_of(date(2027, 1, 10), date(2027, 1, 20), years=YEARS)
    assert (pieces.kept, pieces.edges) == ([], [(date(2027, 1, 10), date(2027, 1, 20))])


def test_a_period_of_no_day_has_no_piece():
    pieces = pieces_of(date(2027, 1, 10), date(2027, 1, 9), years=YEARS)
    assert (pieces.kept, pieces.edges) == ([], [])


def test_a_school_year_turns_on_1_august():
    assert [year_of(date(2027, 7, 31)), year_of(date(2027, 8, 1))] == [date(2026, 8, 1), date(2027, 8, 1)]
