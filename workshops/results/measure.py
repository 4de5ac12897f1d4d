"""Where each target stands: closed visits, P-TECH censuses, BTS+1 courses, figures declared by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from asyncpg import Record

from workshops.bts1 import queries as bts1
from workshops.database import row, rows
from workshops.programmes.metrics import COUNTED, METRICS, Metric, metric_of
from workshops.programmes.queries import DeclaredFigure, TargetCard, declared_figures, targets
from workshops.ptech import queries as ptech
from workshops.results.rules import Past, due, evenly, forecast, left
from workshops.school_calendar.rules import paris_day, paris_instant
from workshops.slots.queries import SEATS_FREE
from workshops.versions.kept import Kept

# Counted: the head count that the host validated. $1, $2: the period; $3, $4: the target's own; $5: a year ago; $6: the
# last of the days of the past year that tell of the target's last ones.
PUPILS = """
SELECT coalesce(sum(pupils) FILTER (WHERE begins BETWEEN $1 AND $2), 0)::int AS done,
       coalesce(sum(declared_pupils) FILTER (WHERE begins BETWEEN $1 AND $2), 0)::int AS declared,
       coalesce(sum(pupils) FILTER (WHERE begins BETWEEN $3 AND $4), 0)::int AS done_in_all,
       coalesce(sum(pupils) FILTER (WHERE begins > $5 AND begins BETWEEN $3 AND $4), 0)::int AS in_a_year,
       coalesce(sum(pupils) FILTER (WHERE begins > $5 AND begins BETWEEN $3 AND $6), 0)::int AS in_the_rest
FROM tallies WHERE span = 'day' AND begins BETWEEN least($1::date, $3::date) AND greatest($2::date, $4::date)
"""
# $1, $2: the period, as instants; $3: now; $4, $5: the target's own.
AWAITED = f"""
SELECT coalesce(sum(seats_taken) FILTER (WHERE asked), 0)::int AS booked, count(*) FILTER (WHERE asked) AS slots,
       coalesce(sum({SEATS_FREE}) FILTER (WHERE asked AND starts_at >= $3), 0)::int AS planned,
       coalesce(sum(seats_taken) FILTER (WHERE starts_at >= $4 AND starts_at < $5), 0)::int AS booked_in_all
FROM slots s CROSS JOIN LATERAL (SELECT starts_at >= $1 AND starts_at < $2 AS asked) period
WHERE state IN ('open', 'closed') AND starts_at >= least($1, $4) AND starts_at < greatest($2, $5)
"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class Progress:
    """A target and where it stands. None means that nothing of it is followed, or that it has no such figure.

    `done`: what closed visits, censuses or courses counted; `booked`: seats held in visits not yet closed; `planned`:
    seats still free in visits to come, schemes and courses in preparation; `due`: the pace line today; `forecast`: the
    figure at the target's end, if each day to come brings what the same day of the last 12 months brought; `frozen`:
    the period is over and nothing of it is left to count. `told` is the latest figure typed by hand; `declared` is how
    much of `done` past visits brought, which nobody scanned.
    """

    target: TargetCard
    done: int | None
    booked: int | None
    forecast: int | None
    frozen: bool
    planned: int | None = None
    due: int | None = None
    told: DeclaredFigure | None = None
    declared: int | None = None


@dataclass(frozen=True)
class Figure:
    """What is counted of a programme between two days, what is in preparation, what of that is expected by then."""

    done: int
    planned: int | None = None
    awaited: int = 0


TOTALS: dict[str, Callable[..., Awaitable[object]]] = {"ptech": ptech.totals, "bts1": bts1.totals}


async def progress(*, from_on: date | None = None, to_on: date | None = None, now: datetime) -> list[Progress]:
    """Each target with what is done and booked in a period (both days included; by default the target's own).

    The forecast always speaks of the target's own dates. The number of statements depends on the targets' dates alone.
    """
    told: dict[int, list[DeclaredFigure]] = {}
    for one in await declared_figures():
        told.setdefault(one.target, []).append(one)
    counted = PeriodTotals(now=now)
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


class PeriodTotals:
    """The totals of P-TECH and BTS+1 between two days, each asked once."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._known: dict[tuple[str, date, date], dict[str, Figure]] = {}

    async def between(self, programme: str, from_on: date, to_on: date) -> dict[str, Figure]:
        """Each metric of a programme with its figure, and what is in preparation of it; empty for an unknown one."""
        ask = TOTALS.get(programme)
        if ask is None:
            return {}
        key = (programme, from_on, to_on)
        if key not in self._known:
            totals = await ask(from_on=from_on, to_on=to_on, now=self._now)
            self._known[key] = {one.metric: _figure(one, totals) for one in METRICS if one.programme == programme}
        return self._known[key]


def _figure(metric: Metric, totals: object) -> Figure:
    done, planned, awaited = (
        getattr(totals, field) if field else None for field in (metric.done, metric.planned, metric.awaited)
    )
    return Figure(done or 0, planned, awaited or 0)


async def _followed(
    target: TargetCard, from_on: date, to_on: date, counted: PeriodTotals, *, now: datetime
) -> Progress:
    today, metric = paris_day(now), metric_of(target.programme, target.metric)
    if metric is None:
        return Progress(target=target, done=None, booked=None, forecast=None, frozen=False)
    asked = (await counted.between(target.programme, from_on, to_on))[target.metric]
    whole = (await counted.between(target.programme, target.from_on, target.to_on))[target.metric]
    foreseen = [await _foreseen(target, counted, whole.done, whole.awaited, today=today)]
    if metric.told_after and today < target.to_on:
        then = today - metric.told_after
        reached = (await counted.between(target.programme, target.from_on, then))[target.metric]
        foreseen.append(await _foreseen(target, counted, reached.done, 0, today=then))
    return _stands(target, asked.done, _most(foreseen), to_on=to_on, today=today, planned=asked.planned)


async def _foreseen(target: TargetCard, counted: PeriodTotals, done: int, awaited: int, *, today: date) -> int | None:
    rest = left(to_on=target.to_on, today=today)
    since, until = [
        (await counted.between(target.programme, target.from_on, on))[target.metric].done
        for on in (rest.since, rest.until)
    ]
    past = Past(done, done - since, until - since, awaited)
    return forecast(past, from_on=target.from_on, to_on=target.to_on, today=today)


def _most(figures: list[int | None]) -> int | None:
    return max((one for one in figures if one is not None), default=None)


def _declared(target: TargetCard, told: list[DeclaredFigure], *, now: datetime) -> Progress:
    if not told:
        return Progress(target=target, done=None, booked=None, forecast=None, frozen=False)
    today = paris_day(now)
    rest = left(to_on=target.to_on, today=today)
    since, until = (
        max((one.figure for one in told if one.counted_on <= on), default=0) for on in (rest.since, rest.until)
    )
    done = told[-1].figure
    past = Past(done=done, in_a_year=done - since, in_the_rest=until - since)
    ahead = forecast(past, from_on=target.from_on, to_on=target.to_on, today=today)
    return _stands(target, done, ahead, to_on=target.to_on, today=today, told=told[-1])


def _stands(
    target: TargetCard,
    done: int,
    ahead: int | None,
    *,
    to_on: date,
    today: date,
    planned: int | None = None,
    told: DeclaredFigure | None = None,
) -> Progress:
    return Progress(
        target=target,
        done=done,
        booked=None,
        forecast=ahead,
        frozen=to_on < today,
        planned=planned,
        due=due(target.target, from_on=target.from_on, to_on=target.to_on, on=today),
        told=told,
    )


_kept: Kept[Record] = Kept()


async def _awaited(target: TargetCard, from_on: date, to_on: date, now: datetime) -> Record:
    """What slots to come bring, kept until one of them changes; the hour counts to the minute."""
    minute = now.replace(second=0, microsecond=0)
    asked = *instants(from_on, to_on), minute, *instants(target.from_on, target.to_on)

    async def ask() -> Record:
        (found,) = await rows(AWAITED, *asked)
        return found

    return await _kept.answer(asked, ask)


async def _pupils(target: TargetCard, from_on: date, to_on: date, now: datetime) -> Progress:
    today = paris_day(now)
    rest = left(to_on=target.to_on, today=today)
    done = await row(PUPILS, from_on, to_on, target.from_on, target.to_on, rest.since, rest.until)
    awaited = await _awaited(target, from_on, to_on, now)
    assert done is not None  # noqa: S101 - an aggregate always has its row
    days = {"from_on": target.from_on, "to_on": target.to_on}
    past = Past(done["done_in_all"], done["in_a_year"], done["in_the_rest"], awaited["booked_in_all"])
    if target.from_on > rest.since:
        past = evenly(past, today=today, **days)
    return Progress(
        target=target,
        done=done["done"],
        booked=awaited["booked"],
        forecast=forecast(past, today=today, **days),
        frozen=to_on < today and awaited["slots"] == 0,
        planned=awaited["planned"],
        due=due(target.target, on=today, **days),
        declared=done["declared"],
    )


def instants(from_on: date, to_on: date) -> tuple[datetime, datetime]:
    """The first instant of a period of days, and the first one after it."""
    return paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())
