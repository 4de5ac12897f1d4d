"""Where each target stands: closed visits, P-TECH censuses, BTS+1 courses, figures declared by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workshops.bts1 import queries as bts1
from workshops.database import row
from workshops.programmes.queries import DeclaredFigure, TargetCard, declared_figures, targets
from workshops.ptech import queries as ptech
from workshops.results.rules import A_DAY, A_YEAR, due, forecast
from workshops.school_calendar.rules import paris_day, paris_instant

COUNTED = ("technilab", "pupils")

# Counted: the head count that the host validated ($1, $2: the period; $3, $4: the target's own; $5: a year ago).
PUPILS = """
SELECT coalesce(sum(pupils) FILTER (WHERE begins BETWEEN $1 AND $2), 0)::int AS done,
       coalesce(sum(pupils) FILTER (WHERE begins BETWEEN $3 AND $4), 0)::int AS done_in_all,
       coalesce(sum(pupils) FILTER (WHERE begins BETWEEN greatest($3, $5) AND $4), 0)::int AS done_last_year
FROM tallies WHERE span = 'day' AND begins BETWEEN least($1::date, $3::date) AND greatest($2::date, $4::date)
"""
AWAITED = """
SELECT coalesce(sum(seats_taken), 0)::int AS booked, count(*) AS slots,
       coalesce(sum(seats) FILTER (WHERE starts_at >= $3), 0)::int AS planned
FROM slots WHERE state IN ('open', 'closed') AND starts_at >= $1 AND starts_at < $2
"""


@dataclass(frozen=True)
class Progress:
    """A target and where it stands. None means that nothing of it is followed, or that it has no such figure.

    `done`: what closed visits, censuses or courses counted; `booked`: seats held in visits not yet closed; `planned`:
    seats on offer in visits to come, schemes and courses in preparation; `due`: the pace line today; `forecast`: the
    figure at the target's end at the pace of the last 12 months; `frozen`: the period is over and nothing of it is
    left to count. `told` is the latest figure typed by hand.
    """

    target: TargetCard
    done: int | None
    booked: int | None
    forecast: int | None
    frozen: bool
    planned: int | None = None
    due: int | None = None
    told: DeclaredFigure | None = None


# What is counted of a scheme between two days, and what is in preparation.
Figures = dict[tuple[str, str], tuple[int, int | None]]


async def progress(*, from_on: date | None = None, to_on: date | None = None, now: datetime) -> list[Progress]:
    """Each target with what is done and booked in a period (both days included; by default the target's own).

    The forecast always speaks of the target's own dates. The number of statements depends on the targets' dates alone.
    """
    told: dict[int, list[DeclaredFigure]] = {}
    for one in await declared_figures():
        told.setdefault(one.target, []).append(one)
    counted = Counted(now=now)
    found = []
    for target in await targets():
        period = (from_on or target.from_on, to_on or target.to_on)
        if target.declared:
            found.append(_declared(target, told.get(target.id, []), now=now))
        elif (target.programme, target.metric) == COUNTED:
            found.append(await _pupils(target, *period, now))
        else:
            found.append(await _followed(target, *period, counted, now=now))
    return found


class Counted:
    """The totals of P-TECH and BTS+1 between two days, each asked once."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._known: dict[tuple[str, date, date], Figures] = {}

    async def between(self, programme: str, from_on: date, to_on: date) -> Figures:
        """Each metric of a programme with its figure, and what is in preparation of it; empty for an unknown one."""
        ask = FOLLOWED.get(programme)
        if ask is None:
            return {}
        key = (programme, from_on, to_on)
        if key not in self._known:
            self._known[key] = await ask(from_on, to_on, self._now)
        return self._known[key]


async def _of_ptech(from_on: date, to_on: date, now: datetime) -> Figures:
    totals = await ptech.totals(from_on=from_on, to_on=to_on, now=now)
    return {
        ("ptech", "schemes"): (totals.schemes, totals.planned_schemes),
        ("ptech", "pupils"): (totals.pupil_years, None),
        ("ptech", "entrants"): (totals.entrants, None),
        ("ptech", "companies"): (totals.companies, None),
    }


async def _of_bts1(from_on: date, to_on: date, now: datetime) -> Figures:
    totals = await bts1.totals(from_on=from_on, to_on=to_on, now=now)
    return {
        ("bts1", "courses"): (totals.opened, totals.in_preparation),
        ("bts1", "enrolled"): (totals.enrolled, None),
        ("bts1", "completed"): (totals.completed, None),
    }


FOLLOWED: dict[str, Callable[[date, date, datetime], Awaitable[Figures]]] = {"ptech": _of_ptech, "bts1": _of_bts1}


async def _followed(target: TargetCard, from_on: date, to_on: date, counted: Counted, *, now: datetime) -> Progress:
    today, metric = paris_day(now), (target.programme, target.metric)
    done, planned = (await counted.between(target.programme, from_on, to_on)).get(metric, (None, None))
    if done is None:
        return Progress(target=target, done=None, booked=None, forecast=None, frozen=False)
    whole = (await counted.between(target.programme, target.from_on, target.to_on))[metric][0]
    before = (await counted.between(target.programme, target.from_on, today - A_YEAR))[metric][0]
    return _stands(target, done, whole=whole, last_year=whole - before, to_on=to_on, today=today, planned=planned)


def _declared(target: TargetCard, told: list[DeclaredFigure], *, now: datetime) -> Progress:
    if not told:
        return Progress(target=target, done=None, booked=None, forecast=None, frozen=False)
    today = paris_day(now)
    before = max((one.figure for one in told if one.counted_on <= today - A_YEAR), default=0)
    done = told[-1].figure
    return _stands(target, done, whole=done, last_year=done - before, to_on=target.to_on, today=today, told=told[-1])


def _stands(
    target: TargetCard,
    done: int,
    *,
    whole: int,
    last_year: int,
    to_on: date,
    today: date,
    planned: int | None = None,
    told: DeclaredFigure | None = None,
) -> Progress:
    own = {"from_on": target.from_on, "to_on": target.to_on}
    return Progress(
        target=target,
        done=done,
        booked=None,
        forecast=forecast(done=whole, done_last_year=last_year, today=today, **own),
        frozen=to_on < today,
        planned=planned,
        due=due(target.target, on=today, **own),
        told=told,
    )


async def _pupils(target: TargetCard, from_on: date, to_on: date, now: datetime) -> Progress:
    today = paris_day(now)
    done = await row(PUPILS, from_on, to_on, target.from_on, target.to_on, today - A_YEAR + A_DAY)
    awaited = await row(AWAITED, *instants(from_on, to_on), now)
    assert done is not None and awaited is not None  # noqa: S101 - an aggregate always has its row
    days = {"from_on": target.from_on, "to_on": target.to_on}
    return Progress(
        target=target,
        done=done["done"],
        booked=awaited["booked"],
        forecast=forecast(done=done["done_in_all"], done_last_year=done["done_last_year"], today=today, **days),
        frozen=to_on < today and awaited["slots"] == 0,
        planned=awaited["planned"],
        due=due(target.target, on=today, **days),
    )


def instants(from_on: date, to_on: date) -> tuple[datetime, datetime]:
    """The first instant of a period of days, and the first one after it."""
    return paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())
