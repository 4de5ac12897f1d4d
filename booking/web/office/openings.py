"""When the slots of a period may be reserved: planned, put off, withdrawn until its hour."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.visits.draws.rules import SEED_BYTES
from workshops.openings.plan import plan, put_off, withdraw
from workshops.openings.queries import OpeningSeen, openings_to_come
from workshops.openings.rules import WEIGHTS
from workshops.refusals import Invalid


@dataclass(frozen=True)
class Openings(Page, template="office/openings.html"):
    """`form` is that of a new opening, `hour_form` that of the hour of the one that is `changing`."""

    openings: Sequence[OpeningSeen]
    now: datetime
    form: Form | None = None
    hour_form: Form | None = None
    changing: int | None = None


@get("/gestion/ouvertures", opt=COORDINATOR)
async def list_openings(now: NamedDependency[datetime]) -> Template:
    return await _openings_page(now)


async def _openings_page(now: datetime, *, status: int = 200, **more: Any) -> Template:
    return page(Openings(openings=await openings_to_come(now=now), now=now, **more), status=status)


@post("/gestion/ouvertures", opt=COORDINATOR)
async def plan_opening(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    try:
        first_on = form.date("first_on", label="Premier jour")
        last_on = form.date("last_on", label="Dernier jour")
        opens_at = form.moment("opens_at", "opens_time", label="Ouverture")
        drawn = form.ticked("drawn")
        first_weight = form.whole("first_weight", WEIGHTS[0], WEIGHTS[-1], label="Poids", default=1)
        form.refuse_if_wrong()
        await plan(
            first_on=first_on,
            last_on=last_on,
            opens_at=opens_at,
            seed=secrets.token_bytes(SEED_BYTES) if drawn else None,
            first_weight=first_weight,
            by=person.account,
            now=now,
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await _openings_page(now, status=422, form=form)
    return done("/gestion/ouvertures", "ouverture-fixee")


@post("/gestion/ouvertures/{opening:int}/heure", opt=COORDINATOR | {"form_on": "/gestion/ouvertures"})
async def change_hour(
    request: AnyRequest,
    opening: FromPath[int],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    try:
        opens_at = form.moment("opens_at", "opens_time", label="Ouverture")
        form.refuse_if_wrong()
        await put_off(opening, opens_at=opens_at, by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _openings_page(now, status=422, hour_form=form, changing=opening)
    return done("/gestion/ouvertures", "ouverture-changee")


@post("/gestion/ouvertures/{opening:int}/retrait", opt=COORDINATOR)
async def take_back_opening(
    opening: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    await withdraw(opening, by=person.account, now=now)
    return done("/gestion/ouvertures", "ouverture-retiree")
