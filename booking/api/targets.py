"""What the programme must reach, for a coordinator's machine, and the figures that are typed."""

from __future__ import annotations

from datetime import date
from functools import partial

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from booking.api.shapes import LIMIT_MOST, Cursor, Limit, Page, answer_of, made, page_of_few
from booking.door.rights.guards import AsCoordinator, Now, may
from workshops.programmes.targets.declare import DeclareFigure, declare
from workshops.programmes.targets.metrics import metric_of
from workshops.programmes.targets.queries import TargetCard, declared_figures, target_named, targets
from workshops.programmes.targets.rules import Programme
from workshops.programmes.targets.set_target import SetTarget, choose_official_unit, set_target, withdraw_target
from workshops.refusals import or_not_found


class TargetAnswer(msgspec.Struct):
    """A target with its counting rule, as the code that counts it says it, and a coordinator's note beside it.

    `declared`: its figures are typed. Of two units of one thing, one is `official`.
    """

    programme: Programme
    metric: str
    label: str
    target: int
    unit: str
    from_on: date
    to_on: date
    rule: str
    note: str
    official: bool
    declared: bool


class TypedFigure(msgspec.Struct):
    """The whole that was reached on a day."""

    figure: int
    counted_on: date
    source: str


class TargetInFull(TargetAnswer, kw_only=True):
    """A target with the figures that were typed for it."""

    figures: list[TypedFigure]


@get("/targets", opt=may("figures.detail"))
async def list_targets(limit: Limit = LIMIT_MOST, cursor: Cursor = None) -> Page[TargetAnswer]:
    """Every target, TECHNILAB's first."""
    return page_of_few(await targets(), partial(answer_of, TargetAnswer), of="targets", limit=limit, cursor=cursor)


@get("/targets/{programme:str}/{metric:str}", opt=may("figures.detail"))
async def read_target(programme: FromPath[str], metric: FromPath[str]) -> TargetInFull:
    """One target with the figures that were typed for it."""
    return await _whole(programme, metric)


@put("/targets/{programme:str}/{metric:str}", opt=may("targets.set"))
async def keep_target(
    programme: FromPath[str], metric: FromPath[str], data: JSONBody[SetTarget], person: AsCoordinator, now: Now
) -> TargetInFull:
    """A target is set, or set again; of what the programme does not count itself, the figures are typed."""
    declared = metric_of(programme, metric) is None
    await set_target(data, programme=programme, metric=metric, declared=declared, by=person.account, now=now)
    return await _whole(programme, metric)


@post("/targets/{programme:str}/{metric:str}/figures", opt=may("targets.set"))
async def type_figure(
    programme: FromPath[str], metric: FromPath[str], data: JSONBody[DeclareFigure], person: AsCoordinator, now: Now
) -> Response[TargetInFull]:
    """The whole reached on a day, of a target whose figures are typed; the same day again is corrected."""
    known = await _known(programme, metric)
    await declare(known.id, data, by=person.account, now=now)
    return made(await _whole(programme, metric), f"/targets/{programme}/{metric}")


@post("/targets/{programme:str}/{metric:str}/choice", status_code=200, opt=may("targets.set"))
async def choose_unit(programme: FromPath[str], metric: FromPath[str], person: AsCoordinator, now: Now) -> TargetInFull:
    """Of two targets that count the same people, this one is official."""
    await choose_official_unit(programme, metric, by=person.account, now=now)
    return await _whole(programme, metric)


@delete("/targets/{programme:str}/{metric:str}", opt=may("targets.set"))
async def take_back_target(programme: FromPath[str], metric: FromPath[str], person: AsCoordinator, now: Now) -> None:
    """A target whose figures are typed is no longer one; its figures go with it."""
    await withdraw_target(programme, metric, by=person.account, now=now)


async def _known(programme: str, metric: str) -> TargetCard:
    return or_not_found(await target_named(programme, metric))


async def _whole(programme: str, metric: str) -> TargetInFull:
    known = await _known(programme, metric)
    figures = [answer_of(TypedFigure, figure) for figure in await declared_figures() if figure.target == known.id]
    return answer_of(TargetInFull, known, figures=figures)
