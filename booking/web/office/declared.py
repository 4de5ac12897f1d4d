"""Targets whose figure is typed by hand, and the official unit of those that are counted in two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.web.office.targets import target_page, told_in
from booking.words.wording import PROGRAMMES
from workshops.programmes.declare import declare
from workshops.programmes.metrics import METRICS
from workshops.programmes.queries import targets
from workshops.programmes.set_target import choose_official_unit, set_target, withdraw_target
from workshops.refusals import Invalid, NotFound
from workshops.typed_text.plain_words import unaccented


@dataclass(frozen=True)
class NewTarget(Page, template="office/target_new.html"):
    programmes: Mapping[str, str]
    form: Form | None = None


@get("/gestion/objectifs/nouveau", opt=COORDINATOR)
async def new_target() -> Template:
    return page(NewTarget(programmes=PROGRAMMES))


@post("/gestion/objectifs", opt=COORDINATOR)
async def add_target(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    try:
        programme = form.choice("programme", PROGRAMMES, label="Dispositif")
        told = told_in(form)
        metric = _named(told["label"])
        taken = {one.key for one in METRICS}
        taken |= {(one.programme, one.metric) for one in await targets()}
        if (programme, metric) in taken:
            form.errors["label"] = "Un objectif porte déjà cet intitulé : changez-le, ou donnez un autre nom."
        form.refuse_if_wrong()
        await set_target(programme=programme, metric=metric, **told, declared=True, by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return page(NewTarget(programmes=PROGRAMMES, form=form), status=422)
    return done("/gestion/objectifs", "objectif-change")


def _named(label: str) -> str:
    """A target's name in addresses: « Stages en entreprise » is stages-en-entreprise."""
    words = "".join(one if one.isalnum() else " " for one in unaccented(label)).split()
    return "-".join(words)[:40].strip("-") or "autre"


@post("/gestion/objectifs/{programme:str}/{metric:str}/chiffres", opt=COORDINATOR)
async def type_figure(
    request: AnyRequest,
    programme: FromPath[str],
    metric: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    known = next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)
    if known is None or not known.declared:
        raise NotFound()
    form = Form(await request.form())
    try:
        figure = form.whole("figure", 0, 999_999, label="Chiffre")
        counted_on = form.date("counted_on", label="Date du chiffre")
        source = form.text("source", label="Source", most=200)
        form.refuse_if_wrong()
        await declare(known.id, figure=figure, counted_on=counted_on, source=source, by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await target_page(programme, metric, status=422, told=form)
    return done(f"/gestion/objectifs/{programme}/{metric}", "chiffre-declare")


@post("/gestion/objectifs/{programme:str}/{metric:str}/retrait", opt=COORDINATOR)
async def take_back_target(
    programme: FromPath[str],
    metric: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Redirect:
    await withdraw_target(programme, metric, by=person.account, now=now)
    return done("/gestion/objectifs", "objectif-retire")


@post("/gestion/objectifs/unite", opt=COORDINATOR)
async def choose_unit(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    programme, _, metric = Form(await request.form()).typed.get("unite", "").partition("/")
    await choose_official_unit(programme, metric, by=person.account, now=now)
    return done("/gestion/objectifs", "unite-choisie")
