"""How a target was approached, month after month: the points of its curve."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import accumulate

from msgspec import Struct

from workshops.database import rows
from workshops.programmes.metrics import COUNTED
from workshops.programmes.queries import TargetCard, declared_figures
from workshops.results.totals import PeriodTotals
from workshops.school_calendar.rules import paris_day

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
