"""The cohorts and the courses behind a target: what each brings to its figure, and when it grew."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.programmes.metrics import metric_of
from workshops.programmes.queries import TargetCard
from workshops.school_calendar.rules import paris_day


class TargetShare(Struct, frozen=True):
    """What one scheme, cohort or course (`kind`) brings to a target's figure."""

    id: int
    kind: str
    title: str
    entry_year: int | None
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
