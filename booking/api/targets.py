"""What the programme must reach, for a coordinator's machine, and the figures that are typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.office_bodies import NewFigure, ToldTarget
from booking.api.pages import Page
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.change_target import change_target
from booking.programme.coordination.declare_figure import choose_official_unit, declare_figure
from booking.programme.coordination.drop_target import drop_target
from workshops.programmes.metrics import metric_of
from workshops.programmes.queries import TargetCard, declared_figures, targets
from workshops.refusals import NotFound


@get("/targets", opt=COORDINATOR)
async def list_targets() -> Page:
    """Every target, TECHNILAB's first, on one page."""
    return Page(items=[_card(one) for one in await targets()], next_cursor=None)


@get("/targets/{programme:str}/{metric:str}", opt=COORDINATOR)
async def read_target(programme: FromPath[str], metric: FromPath[str]) -> dict[str, Any]:
    """One target with the figures that were typed for it."""
    return await _whole(programme, metric)


@put("/targets/{programme:str}/{metric:str}", opt=COORDINATOR)
async def keep_target(
    programme: FromPath[str],
    metric: FromPath[str],
    data: JSONBody[ToldTarget],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """A target is set, or set again; of what the programme does not count itself, the figures are typed."""
    await change_target(
        programme=programme,
        metric=metric,
        label=data.label,
        unit=data.unit,
        target=data.target,
        rule=data.rule,
        from_on=data.from_on,
        to_on=data.to_on,
        declared=metric_of(programme, metric) is None,
        by=person.account,
        now=now,
    )
    return await _whole(programme, metric)


@post("/targets/{programme:str}/{metric:str}/figures", opt=COORDINATOR)
async def type_figure(
    programme: FromPath[str],
    metric: FromPath[str],
    data: JSONBody[NewFigure],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """The whole reached on a day, of a target whose figures are typed; the same day again is corrected."""
    known = await _known(programme, metric)
    await declare_figure(
        known.id, figure=data.figure, counted_on=data.counted_on, source=data.source, by=person.account, now=now
    )
    return await _whole(programme, metric)


@post("/targets/{programme:str}/{metric:str}/choice", status_code=200, opt=COORDINATOR)
async def choose_unit(
    programme: FromPath[str],
    metric: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Of two targets that count the same people, this one is official."""
    await choose_official_unit(programme, metric, by=person.account, now=now)
    return await _whole(programme, metric)


@delete("/targets/{programme:str}/{metric:str}", opt=COORDINATOR)
async def take_back_target(
    programme: FromPath[str],
    metric: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """A target whose figures are typed is no longer one; its figures go with it."""
    await drop_target(programme, metric, by=person.account, now=now)


async def _known(programme: str, metric: str) -> TargetCard:
    found = next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)
    if found is None:
        raise NotFound()
    return found


async def _whole(programme: str, metric: str) -> dict[str, Any]:
    known = await _known(programme, metric)
    return _card(known) | {
        "figures": [
            {"figure": one.figure, "counted_on": one.counted_on, "source": one.source}
            for one in await declared_figures()
            if one.target == known.id
        ]
    }


def _card(one: TargetCard) -> dict[str, Any]:
    return {
        "programme": one.programme,
        "metric": one.metric,
        "label": one.label,
        "target": one.target,
        "unit": one.unit,
        "from_on": one.from_on,
        "to_on": one.to_on,
        "rule": one.rule,
        "official": one.official,
        "declared": one.declared,
    }
