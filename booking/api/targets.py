"""What the programme must reach, for a coordinator's machine, and the figures that are typed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Line, Page, Whole, made
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from workshops.programmes.declare import declare
from workshops.programmes.metrics import metric_of
from workshops.programmes.queries import TargetCard, declared_figures, targets
from workshops.programmes.rules import Programme
from workshops.programmes.set_target import NOTE_MOST, choose_official_unit, set_target, withdraw_target
from workshops.refusals import or_not_found
from workshops.typed_text.plain_words import SOME_LINES


class ToldTarget(msgspec.Struct, forbid_unknown_fields=True):
    """What a scheme must reach between two days, both included, and a coordinator's note beside it.

    How it is counted is not told: the code that counts it says it.
    """

    label: Line
    target: Whole
    unit: Line
    from_on: date
    to_on: date
    note: Annotated[str, msgspec.Meta(max_length=NOTE_MOST, pattern=SOME_LINES)] = ""


class NewFigure(msgspec.Struct, forbid_unknown_fields=True):
    """The whole that a target had reached on a day, and who says so."""

    figure: Whole
    counted_on: date
    source: Line


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


@get("/targets", opt=COORDINATOR)
async def list_targets() -> Page[TargetAnswer]:
    """Every target, TECHNILAB's first, on one page."""
    return Page(items=[_card(one) for one in await targets()], next_cursor=None)


@get("/targets/{programme:str}/{metric:str}", opt=COORDINATOR)
async def read_target(programme: FromPath[str], metric: FromPath[str]) -> TargetInFull:
    """One target with the figures that were typed for it."""
    return await _whole(programme, metric)


@put("/targets/{programme:str}/{metric:str}", opt=COORDINATOR)
async def keep_target(
    programme: FromPath[str],
    metric: FromPath[str],
    data: JSONBody[ToldTarget],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> TargetInFull:
    """A target is set, or set again; of what the programme does not count itself, the figures are typed."""
    await set_target(
        programme=programme,
        metric=metric,
        label=data.label,
        unit=data.unit,
        target=data.target,
        note=data.note,
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
) -> Response[TargetInFull]:
    """The whole reached on a day, of a target whose figures are typed; the same day again is corrected."""
    known = await _known(programme, metric)
    await declare(
        known.id, figure=data.figure, counted_on=data.counted_on, source=data.source, by=person.account, now=now
    )
    return made(await _whole(programme, metric), f"/targets/{programme}/{metric}")


@post("/targets/{programme:str}/{metric:str}/choice", status_code=200, opt=COORDINATOR)
async def choose_unit(
    programme: FromPath[str],
    metric: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> TargetInFull:
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
    await withdraw_target(programme, metric, by=person.account, now=now)


async def _known(programme: str, metric: str) -> TargetCard:
    return or_not_found(
        next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)
    )


async def _whole(programme: str, metric: str) -> TargetInFull:
    known = await _known(programme, metric)
    figures = [
        TypedFigure(one.figure, one.counted_on, one.source)
        for one in await declared_figures()
        if one.target == known.id
    ]
    return TargetInFull(**msgspec.structs.asdict(_card(known)), figures=figures)


def _card(target: TargetCard) -> TargetAnswer:
    return TargetAnswer(
        programme=Programme(target.programme),
        metric=target.metric,
        label=target.label,
        target=target.target,
        unit=target.unit,
        from_on=target.from_on,
        to_on=target.to_on,
        rule=target.rule,
        note=target.note,
        official=target.official,
        declared=target.declared,
    )
