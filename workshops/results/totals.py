"""What P-TECH and BTS+1 count between two days, metric by metric; what each cohort or course brings to a target, and
when it grew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from msgspec import Struct

from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.programmes.bts1 import queries as bts1
from workshops.programmes.ptech import queries as ptech
from workshops.programmes.targets.metrics import METRICS, Metric, metric_of
from workshops.programmes.targets.queries import TargetCard
from workshops.school_calendar.rules import paris_day


class Beside(Struct, frozen=True):
    """The same in another unit, in words: nine different companies that hold nineteen places.

    One that has a `rule` of its own stands against the same target.
    """

    figure: int
    one: str
    several: str
    rule: str = ""

    @property
    def label(self) -> str:
        """Its unit."""
        return self.one if self.figure < 2 else self.several


class Figure(Struct, frozen=True):
    """What is counted of a programme between two days, and what is in preparation; the same in another unit, where
    there is one."""

    done: int
    planned: int | None = None
    beside: Beside | None = None


TOTALS: dict[str, Callable[..., Awaitable[object]]] = {"ptech": ptech.totals, "bts1": bts1.totals}


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
    return Figure(
        getattr(totals, metric.done) if metric.done else 0,
        getattr(totals, metric.planned) if metric.planned else None,
        Beside(getattr(totals, metric.beside), metric.one, metric.several, metric.beside_rule)
        if metric.beside
        else None,
    )


class TargetShare(Struct, frozen=True):
    """What one scheme, cohort or course (`kind`) of the lycée `school` brings to a target's figure."""

    id: int
    kind: str
    title: str
    entry_year: int | None
    school: int
    school_name: str
    commune: str
    figure: int


def followed(target: TargetCard) -> bool:
    """Whether a target's figure is made of schemes, cohorts or courses that can be listed."""
    return bool(_behind(target))


async def share(target: TargetCard, *, now: datetime) -> list[TargetShare]:
    """What adds up to the figure of a target of P-TECH or BTS+1, by lycée; empty for any other target."""
    if not followed(target):
        return []
    return await rows_as(TargetShare, _behind(target), target.from_on, target.to_on, paris_day(now))


async def grown(target: TargetCard, *, now: datetime) -> dict[date, int]:
    """By how much the figure of a target of P-TECH or BTS+1 grew on which day; after today, what is engaged of it."""
    metric = metric_of(target.programme, target.metric)
    dated = "" if metric is None else metric.dated
    found = await rows(dated, target.from_on, target.to_on, paris_day(now)) if dated else []
    return {one["on_day"]: one["figure"] for one in found}


def _behind(target: TargetCard) -> str:
    metric = metric_of(target.programme, target.metric)
    return "" if target.declared or metric is None else metric.behind
