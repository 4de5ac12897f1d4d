"""What everyone may read at once, given to somebody who solves equations: nothing that is hidden comes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.programme.figures.mask import Masked, MaskedCount, PublicCounts, PublicYear, mask, masked, told_of
from workshops.results.curve import CurvePoint

START = date(2024, 7, 31)
A_DAY = timedelta(days=1)


def counts_of(
    years: list[int],
    *,
    curve: list[int] | None = None,
    lycees: list[int] | None = None,
    tables: dict[str, list[int]] | None = None,
) -> PublicCounts:
    """School years of ten days each, each with its pupils; `curve`: what came up to the end of each day of them."""
    spans = [
        PublicYear(f"{n}", START + timedelta(days=10 * n), START + timedelta(days=10 * (n + 1)), pupils)
        for n, pupils in enumerate(years)
    ]
    points = [CurvePoint(START + n * A_DAY, figure) for n, figure in enumerate([0, *(curve or [])])]
    named = {
        name: [(f"{name} {n}", pupils) for n, pupils in enumerate(cells)] for name, cells in (tables or {}).items()
    }
    return PublicCounts(
        points=points if curve is not None else [],
        years=spans,
        tables=named,
        lycees=[(f"lycée {n}", pupils) for n, pupils in enumerate(lycees or [])],
        this_year=spans[-1].label if spans else "",
    )


class Reader:
    """Somebody who knows every public figure, and that tables of one whole add up, and solves for the hidden ones.

    The unknowns are what each day brought and each line of each table; an equation is a row of coefficients.
    """

    def __init__(self, counts: PublicCounts, seen: Masked) -> None:
        self.counts = counts
        last = max(one.until for one in counts.years)
        self.days = [START + n * A_DAY for n in range(1, (last - START).days + 1)]
        self.unknowns: list[object] = [*self.days]
        self.unknowns += [(name, label) for name, cells in counts.tables.items() for label, _ in cells]
        self.unknowns += [("lycees", label) for label, _ in counts.lycees]
        self.solved: list[dict[object, Fraction]] = []
        for equation in self.known(seen):
            self.learn(equation)

    def between(self, after: date, until: date) -> dict[object, Fraction]:
        return {day: Fraction(1) for day in self.days if after < day <= until}

    def known(self, seen: Masked) -> Iterator[dict[object, Fraction]]:
        whole = self.between(START, self.days[-1])
        for name, cells in self.counts.tables.items():
            lines: dict[object, Fraction] = {(name, label): Fraction(1) for label, _ in cells}
            if sum(pupils for _, pupils in cells) == self.counts.whole:
                yield lines | {day: Fraction(-1) for day in whole}
        this_year = next((one for one in self.counts.years if one.label == self.counts.this_year), None)
        if this_year and sum(pupils for _, pupils in self.counts.lycees) == this_year.pupils:
            days = self.between(this_year.after, this_year.until)
            yield {("lycees", label): Fraction(1) for label, _ in self.counts.lycees} | {
                day: Fraction(-1) for day in days
            }
        if not seen.few:
            yield whole
        for point in seen.points:
            yield self.between(START, point.on)
        for span, shown in zip(self.counts.years, seen.years, strict=True):
            if shown.pupils is not None:
                yield self.between(span.after, span.until)
        for name, lines_shown in [*seen.tables.items(), ("lycees", seen.lycees)]:
            for shown in lines_shown:
                if shown.pupils is not None:
                    yield {(name, shown.label): Fraction(1)}

    def reduced(self, equation: dict[object, Fraction]) -> dict[object, Fraction]:
        left = dict(equation)
        for one in self.solved:
            lead = next(iter(one))
            if lead in left:
                times = left[lead] / one[lead]
                for unknown, coefficient in one.items():
                    left[unknown] = left.get(unknown, Fraction(0)) - times * coefficient
                left = {unknown: coefficient for unknown, coefficient in left.items() if coefficient}
        return left

    def learn(self, equation: dict[object, Fraction]) -> None:
        left = self.reduced({unknown: one for unknown, one in equation.items() if one})
        if left:
            self.solved.append({name: left[name] for name in self.unknowns if name in left})

    def can_compute(self, figure: dict[object, Fraction]) -> bool:
        return not self.reduced(figure)


def betrayed(counts: PublicCounts, seen: Masked | None = None) -> list[str]:
    """The small counts that a reader can compute, by any way, from what is `seen`: all that is masked."""
    seen = seen or mask(counts)
    reader = Reader(counts, seen)
    found = []
    for name, cells in [*counts.tables.items(), ("lycees", counts.lycees)]:
        found += [
            label for label, pupils in cells if 0 < pupils < 5 and reader.can_compute({(name, label): Fraction(1)})
        ]
    for one in counts.years:
        if 0 < one.pupils < 5 and reader.can_compute(reader.between(one.after, one.until)):
            found.append(one.label)
    reached = {one.on: one.figure for one in counts.points}
    days = [one.on for one in counts.points]
    for n, before in enumerate(days):
        for after in days[n + 1 :]:
            came = reached[after] - reached[before]
            if 0 < came < 5 and reader.can_compute(reader.between(before, after)):
                found.append(f"{before} to {after}: {came}")
    return found


def test_a_small_year_is_not_the_total_less_the_other_years():
    seen = mask(counts_of([100, 3, 200]))
    assert [one.pupils for one in seen.years] == [None, None, 200]


def test_a_small_year_is_not_what_the_curve_rises_by():
    curve = [*range(10, 110, 10), *([103] * 10), *range(123, 323, 20)]
    seen = mask(counts_of([100, 3, 200], curve=curve))
    assert [one.pupils for one in seen.years] == [None, None, 200]
    assert betrayed(counts_of([100, 3, 200], curve=curve)) == []
    assert (seen.points[0].figure, seen.points[-1].figure) == (0, 303)


def test_a_hidden_year_is_not_the_sum_of_the_lycees_that_share_it_out():
    counts = counts_of([3, 60], lycees=[40, 20])
    assert [one.pupils for one in mask(counts).years] == [None, None]
    assert [one.pupils for one in mask(counts).lycees] == [40, None]
    assert betrayed(counts) == []


def test_the_year_that_the_lycees_tell_is_hidden_last():
    counts = counts_of([3, 100, 60], lycees=[40, 20])
    assert [one.pupils for one in (*mask(counts).years, *mask(counts).lycees)] == [None, None, 60, 40, 20]


def test_a_whole_of_fewer_than_5_says_nothing_at_all():
    seen = mask(counts_of([3], curve=[0, 1, 3], tables={"levels": [2, 1]}, lycees=[3]))
    assert (seen.few, [one.figure for one in seen.points]) == (True, [0])
    assert [one.pupils for one in (*seen.years, *seen.tables["levels"], *seen.lycees)] == [None] * 4


def test_what_a_table_leaves_of_the_whole_is_not_told_either():
    seen = mask(counts_of([63], tables={"girls": [40, 20]}))
    assert seen.tables["girls"] == [MaskedCount("girls 0", 40), MaskedCount("girls 1", None)]


def test_the_curve_has_no_step_of_fewer_than_5():
    seen = mask(counts_of([26], curve=[0, 3, 20, 22, 22, 22, 22, 22, 26, 26]))
    assert [one.figure for one in seen.points] == [0, 0, 20, 26, 26]


def test_large_counts_are_all_shown():
    counts = counts_of([100, 60], curve=[*range(10, 170, 10), *([160] * 4)], tables={"a": [100, 60]}, lycees=[30, 30])
    seen = mask(counts)
    assert [one.pupils for one in (*seen.years, *seen.tables["a"], *seen.lycees)] == [100, 60, 100, 60, 30, 30]
    assert seen.points == counts.points


few_and_many = st.one_of(st.integers(0, 7), st.integers(8, 60))


@st.composite
def public_counts(draw) -> PublicCounts:
    """Each day of up to four years brings some pupils; tables and lycées share them out, or most of them."""
    days = draw(st.lists(st.one_of(st.just(0), few_and_many), min_size=10, max_size=40).filter(any))
    days += [0] * (-len(days) % 10)
    years = [sum(days[n : n + 10]) for n in range(0, len(days), 10)]
    curve = [sum(days[: n + 1]) for n in range(len(days))]
    tables = {name: draw(shares(sum(days))) for name in ("levels", "departments")}
    return counts_of(years, curve=curve, tables=tables, lycees=draw(shares(years[-1])))


@st.composite
def shares(draw, whole: int) -> list[int]:
    cuts = sorted(draw(st.lists(st.integers(0, whole), max_size=5)))
    cells = [after - before for before, after in zip([0, *cuts], [*cuts, whole], strict=True)]
    return cells if draw(st.booleans()) else cells[:-1]


@settings(max_examples=150)
@given(public_counts())
def test_no_small_count_can_be_computed_from_all_that_is_public(counts: PublicCounts):
    assert betrayed(counts) == []


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([40, 12, 3], [40, None, None]),
        ([40, 12, 0], [40, 12, 0]),
        ([40, 4, 3], [40, None, None]),
        ([3], [None]),
        ([5, 5, 4], [None, 5, None]),
        ([40, 12, 1, 1], [40, None, None, None]),
        ([40, 12, 2, 2], [40, None, None, None]),
        ([40, 1, 1, 1, 1, 1], [None, None, None, None, None, None]),
        ([], []),
    ],
)
def test_a_small_count_is_hidden_and_never_alone(counts: list[int], shown: list[int | None]):
    assert [one.pupils for one in masked([(f"{n}", count) for n, count in enumerate(counts)])] == shown


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
