"""How a target was approached, month after month, and what its figure was when a year of it was closed, where it was
corrected since, with why and by whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate

from msgspec import Struct

from workshops.closed_years.queries import YearCorrection, corrections, frozen_figures
from workshops.database import rows
from workshops.programmes.targets.metrics import COUNTED
from workshops.programmes.targets.queries import TargetCard, declared_figures
from workshops.results.totals import PeriodTotals
from workshops.school_calendar.rules import first_day_of, paris_day, year_words

MONTHLY = """
SELECT date_trunc('month', begins)::date AS month, sum(pupils)::int AS pupils
FROM tallies WHERE span = 'day' AND begins BETWEEN $1 AND $2 GROUP BY month
"""
# Twice a school year: after the autumn's censuses and openings, and at its end.
TURNS = ((12, 31), (7, 31))


class CurvePoint(Struct, frozen=True):
    """What had been reached, all in all, at the end of a day."""

    on: date
    figure: int


async def curve(target: TargetCard, *, now: datetime) -> list[CurvePoint]:
    """The figure of a target at the end of each month since its first day, or whenever it was counted; up to today.

    It begins at nothing, the day before the first. Empty for a target that nothing is followed of.
    """
    today = paris_day(now)
    start = CurvePoint(target.from_on - timedelta(days=1), 0)
    if today < target.from_on:
        return [start]
    last = min(today, target.to_on)
    if target.declared:
        told = [one for one in await declared_figures() if one.target == target.id]
        return [start, *(CurvePoint(one.counted_on, one.figure) for one in told if one.counted_on > start.on)]
    if (target.programme, target.metric) == COUNTED:
        return [start, *await _monthly(target, last)]
    return [start, *await _by_turns(target, last, now=now)]


async def _monthly(target: TargetCard, last: date) -> list[CurvePoint]:
    found = {one["month"]: one["pupils"] for one in await rows(MONTHLY, target.from_on, target.to_on)}
    months, first = [], target.from_on.replace(day=1)
    while first <= last:
        months.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    reached = accumulate(found.get(month, 0) for month in months)
    return [
        CurvePoint(min((month + timedelta(days=32)).replace(day=1) - timedelta(days=1), last), figure)
        for month, figure in zip(months, reached, strict=True)
    ]


async def _by_turns(target: TargetCard, last: date, *, now: datetime) -> list[CurvePoint]:
    counted = PeriodTotals(now=now)
    turns = {date(year, *turn) for year in range(target.from_on.year, last.year + 1) for turn in TURNS}
    points = []
    for on in sorted({on for on in turns if target.from_on <= on < last} | {last}):
        # The last point is the figure of the board, which holds an October that is counted in September already.
        until = target.to_on if on == last else on
        figure = (await counted.between(target.programme, target.from_on, until)).get(target.metric)
        if figure is None:
            return []
        points.append(CurvePoint(on, figure.done))
    return points


class Because(Struct, frozen=True):
    """Why a figure was corrected, and the lycée that did it; none, for the coordination."""

    school: int | None
    school_name: str
    reason: str


class Corrected(Struct, frozen=True):
    """A closed year's part of a figure, as it was at the closing and as it is; None where these are not told."""

    year: str
    was: int | None
    becomes: int | None
    because: tuple[Because, ...]


class Corrections(Struct, frozen=True):
    """Every correction of closed years, and the figures of their closings."""

    lines: Sequence[YearCorrection]
    frozen: dict[tuple[int, str, str], int]

    async def of(self, target: TargetCard, figure_in: Callable[[int], Awaitable[int]]) -> tuple[Corrected, ...]:
        """The years between a target's days whose figure is no more that of their closing; `figure_in` counts one."""
        found = []
        for year in sorted({one.school_year for one in self.lines if one.programme == target.programme}):
            was = self.frozen.get((year, target.programme, target.metric))
            if was is None or first_day_of(year + 1) <= target.from_on or first_day_of(year) > target.to_on:
                continue
            if (becomes := await figure_in(year)) != was:
                own = [one for one in self.lines if (one.school_year, one.programme) == (year, target.programme)]
                because = dict.fromkeys(Because(one.school, one.school_name, one.reason) for one in own)
                found.append(Corrected(year_words(year), was, becomes, tuple(because)))
        return tuple(found)


async def every_correction() -> Corrections:
    """What was corrected of closed years; the figures of closings are asked for only where anything was."""
    lines = await corrections()
    frozen = await frozen_figures() if lines else []
    return Corrections(lines, {(one.school_year, one.programme, one.metric): one.figure for one in frozen})
