"""The file given to somebody who solves equations: no count under 5 that it hides comes out of those that it tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.programme.figures.mask import PublicYear
from booking.programme.report.lines import gathered_counts
from booking.programme.report.mask import (
    BesideYears,
    LevelsOfYears,
    VisitCounts,
    cover_told,
    pupils_target_told,
    target_told,
    visits_told,
)
from workshops.coverage.rules import LEVELS_COUNTED, ClassCover
from workshops.programmes.targets.queries import TargetCard
from workshops.results.curve import Because, Corrected, CurvePoint
from workshops.results.measure import Progress

YEARS = (2024, 2025, 2026)
LEVELS = ("6e", *LEVELS_COUNTED)
CELLS = tuple(product(LEVELS, YEARS))
START = date(2024, 7, 31)
Row = Mapping[object, Fraction]


class Solver:
    """Somebody who knows some sums of unknown numbers, and what follows from them."""

    def __init__(self) -> None:
        self.solved: list[dict[object, Fraction]] = []

    def learn(self, of: Iterable[object], minus: Iterable[object] = ()) -> None:
        left = self._reduced(_row(of, minus))
        if left:
            self.solved.append(left)

    def finds(self, of: Iterable[object], minus: Iterable[object] = ()) -> bool:
        return not self._reduced(_row(of, minus))

    def _reduced(self, row: Row) -> dict[object, Fraction]:
        left = dict(row)
        for known in self.solved:
            lead = next(iter(known))
            if times := left.get(lead, Fraction(0)) / known[lead]:
                for name, factor in known.items():
                    left[name] = left.get(name, Fraction(0)) - times * factor
        return {name: factor for name, factor in left.items() if factor}


def _row(of: Iterable[object], minus: Iterable[object]) -> dict[object, Fraction]:
    row: dict[object, Fraction] = {}
    for name in of:
        row[name] = row.get(name, Fraction(0)) + 1
    for name in minus:
        row[name] = row.get(name, Fraction(0)) - 1
    return {name: factor for name, factor in row.items() if factor}


def in_year(year: int) -> list[tuple[str, int]]:
    return [(level, year) for level in LEVELS]


def visit_counts(pupils: Mapping[tuple[str, int], int], lycees: list[int]) -> VisitCounts:
    """Three years of four levels; the lycées share the last one out."""
    totals = {year: sum(pupils[cell] for cell in in_year(year)) for year in YEARS}
    days = {year: START + timedelta(days=10 * at) for at, year in enumerate(YEARS)}
    years = [
        PublicYear(f"{year}-{year + 1}", days[year], days[year] + timedelta(days=10), totals[year]) for year in YEARS
    ]
    points, reached = [CurvePoint(START, 0)], 0
    for one in years:
        reached += one.pupils
        points.append(CurvePoint(one.until, reached))
    return VisitCounts(
        points=points,
        years=years,
        earlier=[],
        year="2026-2027",
        pupils=totals[2026],
        tables={
            "levels": [(level, pupils[level, 2026]) for level in LEVELS],
            "lycees": gathered_counts([(f"lycée {at}", count) for at, count in enumerate(lycees)], 2),
        },
    )


def hidden_that_come_out(pupils: dict[tuple[str, int], int], lycees: list[int]) -> list[object]:
    counts = visit_counts(pupils, lycees)
    told = visits_told(counts, small=False)
    years_told = {int(one.label[:4]) for one in told.years if one.pupils is not None}
    by_year = {year: {level: pupils[level, year] for level in LEVELS} for year in YEARS}
    cohorts = {
        level: [(LEVELS_COUNTED[at - back], 2026 - back) for back in range(at + 1)]
        for at, level in enumerate(LEVELS_COUNTED)
    }
    covers = [ClassCover(level, 500, sum(pupils[cell] for cell in cells)) for level, cells in cohorts.items()]
    shown = cover_told(covers, LevelsOfYears(by_year, set(YEARS), 0), told, year=2026, told_years=years_told)
    reader, lines = Solver(), [("lycée", label) for label, _ in counts.tables["lycees"]]
    reader.learn(lines, in_year(2026))
    if told.whole is not None:
        reader.learn(CELLS)
    for one in told.points:
        reader.learn([cell for year in YEARS for cell in in_year(year) if _until(year) <= one.on])
    for one in told.years:
        if one.pupils is not None:
            reader.learn(in_year(int(one.label[:4])))
    for one in told.tables["levels"]:
        if one.pupils is not None:
            reader.learn([(one.label, 2026)])
    for one in told.tables["lycees"]:
        if one.pupils is not None:
            reader.learn([("lycée", one.label)])
    for cover in shown:
        if cover.received is not None:
            reader.learn(cohorts[cover.level])
    small: list[list[object]] = [[cell] for cell in CELLS if 0 < pupils[cell] < 5]
    small += [[("lycée", label)] for label, count in counts.tables["lycees"] if 0 < count < 5]
    small += [list(in_year(year)) for year in YEARS if 0 < sum(by_year[year].values()) < 5]
    small += [list(cells) for cells in cohorts.values() if 0 < sum(pupils[cell] for cell in cells) < 5]
    return [cells for cells in small if reader.finds(cells)]


def _until(year: int) -> date:
    return START + timedelta(days=10 * (YEARS.index(year) + 1))


few_and_many = st.one_of(st.just(0), st.integers(1, 7), st.integers(8, 60))


@st.composite
def worlds(draw) -> tuple[dict[tuple[str, int], int], list[int]]:
    pupils = {cell: draw(few_and_many) for cell in CELLS}
    whole = sum(pupils[cell] for cell in in_year(2026))
    cuts = sorted(draw(st.lists(st.integers(0, whole), max_size=5)))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, whole], strict=True)]
    return pupils, sorted(shares, reverse=True)


@settings(max_examples=300)
@given(worlds())
def test_no_small_count_of_visits_comes_out_of_the_file(world):
    assert hidden_that_come_out(*world) == []


def test_three_pupils_of_a_level_are_in_no_line_of_the_coverage():
    pupils = dict.fromkeys(CELLS, 30) | {("5e", 2026): 3}
    counts = visit_counts(pupils, [93])
    told = visits_told(counts, small=False)
    assert [one.pupils for one in told.tables["levels"]] == [30, None, 30, None]
    covers = [ClassCover("5e", 90, 3), ClassCover("4e", 90, 60), ClassCover("3e", 90, 90)]
    by_year = {year: {level: pupils[level, year] for level in LEVELS} for year in YEARS}
    shown = cover_told(covers, LevelsOfYears(by_year, set(YEARS), 0), told, year=2026, told_years=set(YEARS))
    assert [one.received for one in shown] == [None, 60, 90]
    assert hidden_that_come_out(pupils, [93]) == []


def test_where_small_ones_are_shown_every_line_is():
    pupils = dict.fromkeys(CELLS, 3)
    told = visits_told(visit_counts(pupils, [10, 2]), small=True)
    assert [one.pupils for one in told.tables["levels"]] == [3, 3, 3, 3]
    assert [one.pupils for one in told.tables["lycees"]] == [10, 2]
    assert (told.whole, told.pupils) == (36, 12)


def test_a_year_that_is_hidden_is_shared_out_by_no_table():
    pupils = dict.fromkeys(CELLS, 30) | dict.fromkeys(in_year(2026), 1)
    told = visits_told(visit_counts(pupils, [4]), small=False)
    assert told.pupils is None
    assert {one.pupils for lines in told.tables.values() for one in lines} == {None}


ENTRANTS = TargetCard(
    id=1,
    programme="ptech",
    metric="entrants",
    label="Lycéens entrés",
    unit="entrants",
    target=360,
    from_on=date(2024, 8, 1),
    to_on=date(2029, 7, 31),
)


ALONE = BesideYears({})


def a_stand(done: int, **more) -> Progress:
    parts = {"booked": None, "frozen": False, "due": 100, "counted": done, "engaged": 24, "hoped": 20} | more
    return Progress(target=ENTRANTS, done=done, **parts)


def told_of(stand: Progress, of_years: dict[str, int], *, year: str = "2026-2027", beside: BesideYears = ALONE):
    return target_told(stand, of_years=of_years, year=year, this=year, beside=beside, small=False)


def test_the_year_of_a_target_is_hidden_where_it_gives_the_others_away():
    told = told_of(a_stand(103), {"2026-2027": 100})
    assert (told.done, told.year_told, told.of_year) == (True, False, None)
    told = told_of(a_stand(103), {"2026-2027": 60})
    assert (told.done, told.year_told, told.of_year) == (True, True, 60)


def test_a_target_of_a_handful_says_neither_what_is_counted_nor_foreseen():
    told = told_of(a_stand(3), {"2026-2027": 3})
    assert (told.done, told.foreseen, told.year_told) == (False, False, False)
    assert told.stand.forecast is None


def test_a_handful_engaged_is_in_no_forecast():
    told = told_of(a_stand(60, engaged=3), {"2026-2027": 20})
    assert (told.done, told.foreseen, told.stand.engaged, told.stand.forecast) == (True, False, None, None)


def test_a_correction_by_a_handful_is_told_without_its_figures():
    because = (Because(None, "", "Erreur de saisie"),)
    stand = a_stand(103, corrected=(Corrected("2025-2026", 40, 43, because), Corrected("2024-2025", 20, 30, because)))
    told = told_of(stand, {"2026-2027": 30})
    assert [(one.was, one.becomes) for one in told.stand.corrected] == [(None, None), (20, 30)]


@settings(max_examples=200)
@given(st.lists(few_and_many, min_size=2, max_size=5), st.integers(0, 4))
def test_no_small_year_of_a_target_comes_out(years: list[int], at: int):
    at %= len(years)
    names = [f"{2024 + n}-{2025 + n}" for n in range(len(years))]
    others = [(name, count) for n, (name, count) in enumerate(zip(names, years, strict=True)) if n != at]
    corrected = tuple(Corrected(name, count + 9, count, ()) for name, count in others[:2])
    told = told_of(a_stand(sum(years), corrected=corrected), {names[at]: years[at]}, year=names[at])
    reader = Solver()
    if told.done:
        reader.learn(names)
    if told.of_year is not None:
        reader.learn([names[at]])
    for one in told.stand.corrected:
        if one.becomes is not None:
            reader.learn([one.year])
    assert not [name for name, count in zip(names, years, strict=True) if 0 < count < 5 and reader.finds([name])]


def test_the_target_of_the_visits_hides_what_its_years_do():
    pupils = dict.fromkeys(CELLS, 30) | dict.fromkeys(in_year(2025), 0) | {("4e", 2025): 3}
    visits = visits_told(visit_counts(pupils, [120]), small=False)
    assert [one.pupils for one in visits.years] == [None, None, 120]
    stand = a_stand(243, corrected=(Corrected("2025-2026", 10, 3, ()),))
    told = pupils_target_told(stand, visits, small=False)
    assert (told.done, told.stand.corrected[0].becomes) == (True, None)
