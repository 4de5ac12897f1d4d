"""No count under 5 can be had from the figures that are told together: every way of adding and subtracting is tried."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.programme.figures.tell import told_of

LEVELS, YEARS = ("5e", "4e", "3e"), (2025, 2026)
CELLS = [*product(LEVELS, YEARS)]
WHOLE = ("whole", CELLS)
BY_YEAR = [(str(year), [cell for cell in CELLS if cell[1] == year]) for year in YEARS]
BY_LEVEL = [(level, [cell for cell in CELLS if cell[0] == level]) for level in LEVELS]
FIGURES = [WHOLE, *BY_YEAR, *BY_LEVEL]


def counts(*pupils: int) -> dict:
    return dict(zip(CELLS, pupils, strict=True))


def test_figures_of_large_classes_are_all_told():
    assert told_of(FIGURES, counts=counts(24, 25, 20, 26, 5, 0)) == {name for name, _ in FIGURES}


def test_a_count_under_five_is_not_told_nor_what_would_give_it():
    # 3 pupils of 3e in 2026, and no other: the level is hidden, and another one with it.
    assert told_of(FIGURES, counts=counts(24, 25, 20, 26, 0, 3)) == {"whole", "2025", "2026", "5e"}


def test_a_whole_of_so_few_is_not_told_by_its_parts():
    assert told_of(FIGURES, counts=counts(2, 0, 0, 0, 0, 2)) == {"4e"}


def test_what_is_known_elsewhere_counts():
    # Whoever reads that 24 of 5e came in 2025 finds the 3 others of the year.
    pupils = counts(24, 25, 3, 26, 0, 20)
    assert "2025" in told_of(FIGURES, counts=pupils)
    assert "2025" not in told_of(FIGURES, counts=pupils, known=[[("5e", 2025)], [("4e", 2026)]])


def test_what_must_never_be_had_is_given_by_no_sum():
    told = told_of(FIGURES, counts=counts(24, 25, 20, 26, 5, 9), never=[CELLS])
    assert "whole" not in told
    assert not {"2025", "2026"} <= told
    assert not {"5e", "4e", "3e"} <= told


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=len(CELLS), max_size=len(CELLS)))
def test_of_what_is_told_no_set_of_cells_is_few(pupils):
    found = counts(*pupils)
    told = [dict(FIGURES)[name] for name in told_of(FIGURES, counts=found)]
    # By hand, with whole coefficients from -2 to 2: slower, and another way.
    for by in product(range(-2, 3), repeat=len(told)):
        times = [sum(n for n, of in zip(by, told, strict=True) if cell in of) for cell in CELLS]
        if all(n in (0, 1) for n, cell in zip(times, CELLS, strict=True) if found[cell]):
            assert sum(found[cell] for n, cell in zip(times, CELLS, strict=True) if n == 1) not in range(1, 5)
