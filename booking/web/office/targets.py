"""What the programme must reach, and each target on a page: where it stands, its curve, what makes it, its form; the
figures typed by hand, the official unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, dictionary_of, done, download_table, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.people.accounts.queries import Coordinator
from booking.programme.figures.compose import FigureSheet
from booking.programme.figures.export import export_targets
from booking.programme.figures.queries import shares_of, way_of
from booking.programme.figures.what_it_takes import what_it_takes
from booking.words.files import DICTIONARY
from booking.words.wording import PROGRAMMES, paris
from workshops.programmes.targets.declare import DeclareFigure, declare
from workshops.programmes.targets.metrics import METRICS, Metric, metric_of, other_units
from workshops.programmes.targets.queries import DeclaredFigure, TargetCard, declared_figures, target_named, targets
from workshops.programmes.targets.set_target import (
    AddTarget,
    SetTarget,
    add_target,
    choose_official_unit,
    set_target,
    withdraw_target,
)
from workshops.refusals import NotFound, or_not_found
from workshops.results.queries import Progress, progress
from workshops.school_calendar.rules import paris_day


@renders("office/targets.html")
class TargetList(Page, frozen=True):
    """`unset`: the metrics without a target; `units`: those among which the official one is chosen."""

    targets: Sequence[TargetCard]
    unset: Sequence[Metric]
    programmes: Mapping[str, str]
    units: Sequence[TargetCard]


@renders("office/target.html", acts={"asked": SetTarget, "figure": DeclareFigure})
class TargetPage(Page, frozen=True):
    """The words that the form begins with; of a target that is set, where it stands, what it would take to reach it,
    how it came there (`way`), what makes its figure (`shares`), the figures declared for it. `changing`: its form is
    open."""

    measure: TargetCard | Metric
    stand: Progress | None
    takes: str
    way: FigureSheet | None
    shares: FigureSheet | None
    figures: Sequence[DeclaredFigure]
    programmes: Mapping[str, str]
    changing: bool


@get("/gestion/objectifs", opt=may("figures.detail") | DECIDES_NOTHING)
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


@get("/gestion/objectifs.csv", opt=may("figures.detail") | DECIDES_NOTHING)
async def targets_csv(person: AsCoordinator, now: Now, dictionnaire: FromQuery[str] = "") -> Response[bytes]:
    return await _file(DICTIONARY if dictionnaire else "csv", person, now)


@get("/gestion/objectifs.xlsx", opt=may("figures.detail") | DECIDES_NOTHING)
async def targets_xlsx(person: AsCoordinator, now: Now) -> Response[bytes]:
    return await _file("xlsx", person, now)


async def _file(form: str, person: Coordinator, now: datetime) -> Response[bytes]:
    content = await export_targets(form=form, by=person.account, now=now)
    name = f"technilab-objectifs-du-{paris(now).date().isoformat()}"
    return download_table(content, name=name, form=form, dictionary=dictionary_of("/gestion/objectifs.csv"))


@get("/gestion/objectifs/{programme:str}/{metric:str}", opt=may("figures.detail"))
async def one_target(
    programme: FromPath[str], metric: FromPath[str], now: Now, changer: FromQuery[str] = ""
) -> Template:
    """Where a target stands, how it came there and what makes its figure; its form, alone before it is set."""
    start, known = await _start(programme, metric)
    stand = next((one for one in await progress(now=now) if known is not None and one.target.id == known.id), None)
    figures = [one for one in await declared_figures() if known is not None and one.target == known.id]
    shown = TargetPage(
        measure=start,
        stand=stand,
        takes=what_it_takes(stand, today=paris_day(now)) if stand else "",
        way=await way_of(stand, now=now) if stand else None,
        shares=await shares_of(stand.target, now=now) if stand else None,
        figures=figures[::-1],
        programmes=PROGRAMMES,
        changing=bool(changer),
    )
    return page(shown)


async def _start(programme: str, metric: str) -> tuple[TargetCard | Metric, TargetCard | None]:
    """The words that the form begins with, and the target if it is set."""
    known = await target_named(programme, metric)
    start = known or metric_of(programme, metric)
    if start is None:
        raise NotFound()
    return start, known


@get("/gestion/objectifs/{programme:str}/{metric:str}/detail", opt=may("figures.detail") | DECIDES_NOTHING)
async def shares_beside_their_figure(programme: FromPath[str], metric: FromPath[str]) -> Redirect:
    """An address that bookmarks may hold: what makes a figure stands on the page of its target."""
    or_not_found(await target_named(programme, metric))
    return Redirect(f"/gestion/objectifs/{programme}/{metric}#detail", status_code=301)


@post("/gestion/objectifs/{programme:str}/{metric:str}", opt=may("targets.set"))
@form_act(SetTarget, page=one_target.fn)
async def change_target(
    asked: SetTarget, programme: FromPath[str], metric: FromPath[str], person: AsCoordinator, now: Now
) -> Redirect:
    await _start(programme, metric)
    await set_target(asked, programme=programme, metric=metric, by=person.account, now=now)
    return done("/gestion/objectifs", "objectif-change")


@renders("office/target_new.html", acts={"asked": AddTarget})
class NewTarget(Page, frozen=True):
    programmes: Mapping[str, str]


@get("/gestion/objectifs/nouveau", opt=may("targets.set"))
async def new_target() -> Template:
    return page(NewTarget(programmes=PROGRAMMES))


@post("/gestion/objectifs", opt=may("targets.set"))
@form_act(AddTarget, page=new_target.fn)
async def add_one_target(asked: AddTarget, person: AsCoordinator, now: Now) -> Redirect:
    await add_target(asked, by=person.account, now=now)
    return done("/gestion/objectifs", "objectif-change")


@post("/gestion/objectifs/{programme:str}/{metric:str}/chiffres", opt=may("targets.set"))
@form_act(DeclareFigure, page=one_target.fn)
async def type_figure(
    asked: DeclareFigure, programme: FromPath[str], metric: FromPath[str], person: AsCoordinator, now: Now
) -> Redirect:
    known = or_not_found(await target_named(programme, metric))
    await declare(known.id, asked, by=person.account, now=now)
    return done(f"/gestion/objectifs/{programme}/{metric}", "chiffre-declare")


@post("/gestion/objectifs/{programme:str}/{metric:str}/retrait", opt=may("targets.set"))
async def take_back_target(
    programme: FromPath[str], metric: FromPath[str], person: AsCoordinator, now: Now
) -> Redirect:
    await withdraw_target(programme, metric, by=person.account, now=now)
    return done("/gestion/objectifs", "objectif-retire")


@post("/gestion/objectifs/unite", opt=may("targets.set"))
async def choose_unit(request: AnyRequest, person: AsCoordinator, now: Now) -> Redirect:
    programme, _, metric = Form(await request.form()).typed.get("unite", "").partition("/")
    await choose_official_unit(programme, metric, by=person.account, now=now)
    return done("/gestion/objectifs", "unite-choisie")
