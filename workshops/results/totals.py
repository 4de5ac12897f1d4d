"""What P-TECH and BTS+1 count between two days, metric by metric, and the same in another unit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from msgspec import Struct

from workshops.bts1 import queries as bts1
from workshops.programmes.metrics import METRICS, Metric
from workshops.ptech import queries as ptech


class Beside(Struct, frozen=True):
    """The same in another unit, in words: nine different companies that hold nineteen places."""

    figure: int
    one: str
    several: str

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
        Beside(getattr(totals, metric.beside), metric.one, metric.several) if metric.beside else None,
    )
