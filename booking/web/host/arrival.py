"""How groups come to the lycée, and who signs for it: told once, for all its workshops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.answers import Page, done, page
from booking.door.forms import AnyRequest, Form
from booking.door.guards import HOST
from booking.people.accounts.queries import Host
from workshops.events.record import record
from workshops.refusals import Invalid
from workshops.schools.queries import Welcomed, welcomed_at
from workshops.schools.rules import Arrival
from workshops.schools.tell_arrival import SIGNATORY_MOST, WALK_MOST, WORDS_MOST, tell_arrival


@dataclass(frozen=True)
class OwnArrival(Page, template="host/arrival.html"):
    kept: Welcomed
    words_most: int
    signatory_most: int
    walk_most: int
    form: Form | None


@get("/lycee/venir", opt=HOST)
async def own_arrival(person: NamedDependency[Host]) -> Template:
    return await _page(person)


async def _page(person: Host, *, status: int = 200, form: Form | None = None) -> Template:
    shown = OwnArrival(
        kept=await welcomed_at(person.school),
        words_most=WORDS_MOST,
        signatory_most=SIGNATORY_MOST,
        walk_most=WALK_MOST,
        form=form,
    )
    return page(shown, status=status)


@post("/lycee/venir", opt=HOST)
async def change_own_arrival(
    request: AnyRequest, person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    walk = form.whole("walk_minutes", 1, WALK_MOST, label="Minutes à pied", default=0)
    told = Arrival(
        stop=form.text("stop", label="Arrêt", most=WORDS_MOST, required=False),
        walk_minutes=walk or None,
        coach_drop=form.text("coach_drop", label="Dépose du car", most=WORDS_MOST, required=False),
    )
    signatory = form.text("signatory", label="Signataire", most=SIGNATORY_MOST, required=False)
    try:
        form.refuse_if_wrong()
        await tell_arrival(person.school, told, signatory=signatory)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _page(person, status=no.status, form=form)
    await record("arrival_setting", by=person.account, about_kind="school", about=person.school, now=now)
    return done("/lycee/venir", "venue-dite")
