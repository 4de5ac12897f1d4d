"""What the programme must reach: figures, dates, counting rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, download, page
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.programme.figures.export import export_targets
from booking.words.wording import PROGRAMMES, paris
from workshops.programmes.metrics import METRICS, Metric, metric_of, other_units
from workshops.programmes.queries import DeclaredFigure, TargetCard, declared_figures, targets
from workshops.programmes.set_target import NOTE_MOST, set_target
from workshops.refusals import Invalid, NotFound


@dataclass(frozen=True)
class TargetList(Page, template="office/targets.html"):
    """`unset`: the metrics without a target; `units`: those among which the official one is chosen."""

    targets: Sequence[TargetCard]
    unset: Sequence[Metric]
    programmes: Mapping[str, str]
    units: Sequence[TargetCard]


@dataclass(frozen=True)
class TargetForm(Page, template="office/target.html"):
    """The words that the form begins with, the target if it is set; `told`: the form of one more declared figure."""

    measure: TargetCard | Metric
    target: TargetCard | None
    figures: Sequence[DeclaredFigure]
    programmes: Mapping[str, str]
    form: Form | None = None
    told: Form | None = None


@get("/gestion/objectifs", opt=COORDINATOR | DECIDES_NOTHING)
async def list_targets() -> Template:
    known = await targets()
    set_already = {(one.programme, one.metric) for one in known}
    unset = [one for one in METRICS if one.key not in set_already]
    units = [
        one
        for one in known
        if any((one.programme, other) in set_already for other in other_units(one.programme, one.metric))
    ]
    return page(TargetList(targets=known, unset=unset, programmes=PROGRAMMES, units=units))


@get("/gestion/objectifs.csv", opt=COORDINATOR | DECIDES_NOTHING)
async def targets_csv(person: NamedDependency[Coordinator], now: NamedDependency[datetime]) -> Response[bytes]:
    return await _file("csv", person, now)


@get("/gestion/objectifs.xlsx", opt=COORDINATOR | DECIDES_NOTHING)
async def targets_xlsx(person: NamedDependency[Coordinator], now: NamedDependency[datetime]) -> Response[bytes]:
    return await _file("xlsx", person, now)


async def _file(form: str, person: Coordinator, now: datetime) -> Response[bytes]:
    content = await export_targets(form=form, by=person.account, now=now)
    name = f"technilab-objectifs-du-{paris(now).date().isoformat()}.{form}"
    return download(content, name=name)


@get("/gestion/objectifs/{programme:str}/{metric:str}", opt=COORDINATOR)
async def one_target(programme: FromPath[str], metric: FromPath[str]) -> Template:
    return await target_page(programme, metric)


async def target_page(programme: str, metric: str, *, status: int = 200, **more: Any) -> Template:
    """The form of a target; for one whose figure is typed, its figures and the form of another (`told`)."""
    start, known = await _start(programme, metric)
    figures = [one for one in await declared_figures() if known is not None and one.target == known.id]
    shown = TargetForm(
        measure=start,
        target=known,
        figures=figures[::-1],
        programmes=PROGRAMMES,
        **more,
    )
    return page(shown, status=status)


async def _start(programme: str, metric: str) -> tuple[TargetCard | Metric, TargetCard | None]:
    """The words that the form begins with, and the target if it is set."""
    known = next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)
    start = known or metric_of(programme, metric)
    if start is None:
        raise NotFound()
    return start, known


@post("/gestion/objectifs/{programme:str}/{metric:str}", opt=COORDINATOR)
async def change_target(
    request: AnyRequest,
    programme: FromPath[str],
    metric: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    await _start(programme, metric)
    form = Form(await request.form())
    try:
        told = told_in(form)
        form.refuse_if_wrong()
        await set_target(programme=programme, metric=metric, **told, by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await target_page(programme, metric, status=422, form=form)
    return done("/gestion/objectifs", "objectif-change")


def told_in(form: Form) -> dict[str, Any]:
    """What a form says of a target, by the names that `set_target` gives it."""
    return {
        "label": form.text("label", label="Intitulé", most=120),
        "target": form.whole("target", 1, 999_999, label="Objectif"),
        "unit": form.text("unit", label="Unité", most=40),
        "from_on": form.date("from_on", label="Premier jour"),
        "to_on": form.date("to_on", label="Dernier jour"),
        "note": form.text("note", label="Note de la coordination", most=NOTE_MOST, lines=True, required=False),
    }
