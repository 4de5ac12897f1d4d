"""What of its counts the file may tell: none under 5, nor one by which such a count could be had in the same file.

Pure: as in public, but for what is foreseen, which stands to the unit where it is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from booking.programme.figures.mask import MaskedCount, PublicCounts, PublicYear, mask, masked, told_of
from booking.programme.figures.rules import is_few
from booking.programme.report.rules import Cell
from workshops.coverage.rules import LEVELS_COUNTED, ClassCover
from workshops.programmes.targets.metrics import COUNTED, metric_of
from workshops.results.curve import Corrected, CurvePoint
from workshops.results.measure import Progress

HIDDEN = "masqué"
LIFE = ""
# The cell of what no year that is told holds.
_REST = "rest"


def cell(told: int | None) -> Cell:
    """A count in a table, or the word that stands for it."""
    return HIDDEN if told is None else told


def table_told(lines: Sequence[tuple[str, int]], *, small: bool, total: int | None = None) -> list[MaskedCount]:
    """The lines of a table whose sum is known; all of them where `small` ones are shown."""
    return [MaskedCount(*line) for line in lines] if small else masked(lines, total=total)


class VisitCounts(Struct, frozen=True):
    """The pupils that visits brought: the curve of the target and its school years; those `earlier` than it.

    `year` is that of the file, with its `pupils`; each of the `tables` shares these out.
    """

    points: Sequence[CurvePoint]
    years: Sequence[PublicYear]
    earlier: Sequence[tuple[str, int]]
    year: str
    pupils: int
    tables: Mapping[str, Sequence[tuple[str, int]]]


class VisitsTold(Struct, frozen=True):
    """The same as the file tells them; `whole`: all pupils since the target's first day."""

    points: Sequence[CurvePoint]
    years: Sequence[MaskedCount]
    earlier: Sequence[MaskedCount]
    whole: int | None
    pupils: int | None
    tables: Mapping[str, Sequence[MaskedCount]]


def visits_told(counts: VisitCounts, *, small: bool) -> VisitsTold:
    """What the file tells of the visits. A year that is not told is shared out by no table."""
    life = PublicCounts(list(counts.points), list(counts.years), {}, [])
    shown = mask(life)
    years = [MaskedCount(one.label, one.pupils) for one in counts.years] if small else shown.years
    earlier = table_told(counts.earlier, small=small)
    known = {one.label: one.pupils for one in (*earlier, *years)}
    pupils = known.get(counts.year, None if is_few(counts.pupils) and not small else counts.pupils)
    return VisitsTold(
        points=counts.points if small else shown.points,
        years=years,
        earlier=earlier,
        whole=None if shown.few and not small else life.whole,
        pupils=pupils,
        tables={
            name: [MaskedCount(label, None) for label, _ in lines]
            if pupils is None
            else table_told(lines, small=small, total=pupils)
            for name, lines in counts.tables.items()
        },
    )


class LevelsOfYears(Struct, frozen=True):
    """The pupils of each level in the school year of the file and the two before it, by its first calendar year.

    `life`: those of them that the target's whole holds; `others`: what the other years of it brought.
    """

    counts: Mapping[int, Mapping[str, int]]
    life: Collection[int]
    others: int


def cover_told(
    covers: Sequence[ClassCover], levels: LevelsOfYears, visits: VisitsTold, *, year: int, told_years: Collection[int]
) -> list[ClassCover]:
    """The coverage beside what the file tells of the visits: a cohort is made of levels of several years.

    `told_years`: those whose pupils the file tells, by their first calendar year.
    """
    cells = {(level, of): pupils for of, by in levels.counts.items() for level, pupils in by.items()}
    cells |= {(_REST, 0): levels.others}
    known = [[one for one in cells if one[1] == of] for of in told_years if of in levels.counts]
    if visits.whole is not None:
        known.append([one for one in cells if one[1] in levels.life or one[0] == _REST])
    known += [[(one.label, year)] for one in visits.tables.get("levels", ()) if one.pupils]
    cohorts = [
        (level, [(LEVELS_COUNTED[at - back], year - back) for back in range(at + 1)])
        for at, level in enumerate(LEVELS_COUNTED)
    ]
    safe = told_of(cohorts, counts=cells, known=known)
    return [
        replace(one, received=None) if one.level not in safe or is_few(one.received or 0) else one for one in covers
    ]


class TargetTold(Struct, frozen=True):
    """A target as the file tells it. `done`, `foreseen` and `of_year` say whether each is told: the figure since its
    first day, what is engaged and hoped of it, what the year of the file brought; `this_year`, what this one did."""

    stand: Progress
    done: bool
    foreseen: bool
    of_year: int | None
    year_told: bool
    this_year: bool


class BesideYears(Struct, frozen=True):
    """What another table of the file says of a target, year by year: the figures, and which of them it hides.

    `outside`: the years that are none of the target's.
    """

    figures: Mapping[str, int]
    hidden: Collection[str] = ()
    outside: Collection[str] = ()


def target_told(
    stand: Progress,
    *,
    of_years: Mapping[str, int | None],
    year: str,
    this: str,
    beside: BesideYears,
    small: bool,
) -> TargetTold:
    """A target of P-TECH or BTS+1, or one typed by hand. `of_years`: what it counts of the file's `year` and of `this`
    one."""
    metric = metric_of(stand.target.programme, stand.target.metric)
    of_year = of_years.get(year)
    if small or (metric is not None and not metric.people):
        return TargetTold(stand, True, True, of_year, True, True)
    becomes = {one.year: one.becomes or 0 for one in stand.corrected}
    parts = becomes | {name: figure for name, figure in of_years.items() if figure is not None}
    parts = dict(beside.figures) | parts
    inside = [name for name in parts if name not in beside.outside]
    cells = parts | {_REST: max(0, (stand.done or 0) - sum(parts[name] for name in inside))}
    figures = [(LIFE, [*inside, _REST]), *((name, [name]) for name in dict.fromkeys((year, this, *parts)))]
    told = told_of(
        figures,
        counts=cells,
        known=[[name] for name in beside.figures if name not in beside.hidden],
        never=[[name] for name in beside.hidden],
    )
    foreseen = LIFE in told and not is_few(stand.engaged or 0) and not is_few(stand.hoped or 0)
    corrected = tuple(_corrected(one, told=one.year in told) for one in stand.corrected)
    shown = replace(stand, corrected=corrected)
    if not foreseen:
        shown = replace(shown, engaged=None, hoped=None, missing=0)
    return TargetTold(shown, LIFE in told, foreseen, of_year if year in told else None, year in told, this in told)


def pupils_target_told(stand: Progress, visits: VisitsTold, *, small: bool) -> TargetTold:
    """The target of the visits, whose years the file tells one by one."""
    if small:
        return TargetTold(stand, True, True, visits.pupils, True, True)
    years = {one.label for one in visits.years if one.pupils is not None}
    corrected = tuple(_corrected(one, told=one.year in years) for one in stand.corrected)
    shown = replace(stand, corrected=corrected)
    done = visits.whole is not None
    foreseen = done and not is_few(stand.engaged or 0) and not is_few(stand.hoped or 0)
    if not foreseen:
        shown = replace(shown, engaged=None, hoped=None, missing=0)
    told = visits.pupils is not None
    return TargetTold(shown, done, foreseen, visits.pupils, told, told)


def _corrected(one: Corrected, *, told: bool) -> Corrected:
    """A correction is always told; its figures, where neither they nor what lies between them point at somebody."""
    figures = (one.was or 0, one.becomes or 0, abs((one.was or 0) - (one.becomes or 0)))
    return one if told and not any(map(is_few, figures)) else replace(one, was=None, becomes=None)


def of_visits(stand: Progress) -> bool:
    """Whether a target counts the pupils of the visits."""
    return (stand.target.programme, stand.target.metric) == COUNTED and not stand.target.declared
