"""When the slots of a period may be reserved: planned, put off, withdrawn until its hour."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.visits.draws.export_file import export_file
from booking.visits.draws.rules import SEED_BYTES
from workshops.openings.plan import PlanOpening, PutOffOpening, plan, put_off, withdraw
from workshops.openings.queries import OpeningSeen, openings_to_come


@renders("office/openings.html", acts={"asked": PlanOpening, "hour": PutOffOpening})
class Openings(Page, frozen=True):
    """The form that was sent is that of the hour of the one that is `changing`, else that of a new opening."""

    openings: Sequence[OpeningSeen]
    now: datetime
    changing: int | None = None


@get("/gestion/ouvertures", opt=may("openings.plan"))
async def list_openings(now: Now) -> Template:
    return page(Openings(openings=await openings_to_come(now=now), now=now))


@post("/gestion/ouvertures", opt=may("openings.plan"))
@form_act(PlanOpening, page=list_openings.fn)
async def plan_opening(asked: PlanOpening, person: AsCoordinator, now: Now) -> Redirect:
    await plan(asked, seed=secrets.token_bytes(SEED_BYTES), by=person.account, now=now)
    return done("/gestion/ouvertures", "ouverture-fixee")


async def hour_form(opening: FromPath[int], now: Now) -> Template:
    return page(Openings(openings=await openings_to_come(now=now), now=now, changing=opening))


@post("/gestion/ouvertures/{opening:int}/heure", opt=may("openings.plan") | {"form_on": "/gestion/ouvertures"})
@form_act(PutOffOpening, page=hour_form)
async def change_hour(asked: PutOffOpening, opening: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await put_off(opening, asked, by=person.account, now=now)
    return done("/gestion/ouvertures", "ouverture-changee")


@post("/gestion/ouvertures/{opening:int}/retrait", opt=may("openings.plan"))
async def take_back_opening(opening: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await withdraw(opening, by=person.account, now=now)
    return done("/gestion/ouvertures", "ouverture-retiree")


@get("/gestion/ouvertures/{opening:int}/tirage.json", opt=may("openings.plan"))
async def whole_draw(opening: FromPath[int], person: AsCoordinator, now: Now) -> Response[bytes]:
    """The whole file of a draw that was held, for whom the coordination names: `technilab draw FICHIER` replays it."""
    content = await export_file(opening, by=person.account, now=now)
    return download(content, name=f"tirage-{opening}-entier.json")
