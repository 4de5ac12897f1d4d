"""How groups come to the lycée, and who signs for it: told once, for all its workshops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from workshops.events.record import record
from workshops.refusals import Invalid
from workshops.schools.queries import Welcomed, welcomed_at
from workshops.schools.rules import BOOKING_DAYS_MOST, Arrival
from workshops.schools.tell_arrival import SIGNATORY_MOST, WALK_MOST, WORDS_MOST, tell_arrival
from workshops.slots.close_by import say_notice


@dataclass(frozen=True)
class OwnArrival(Page, template="host/arrival.html"):
    """`notice` is the form of how long before a visit reservations close."""

    kept: Welcomed
    days_most: int
    notice: Form | None
    words_most: int
    signatory_most: int
    walk_most: int
    form: Form | None


@get("/lycee/venir", opt=HOST)
async def own_arrival(person: NamedDependency[Host]) -> Template:
    return await _page(person)


async def _page(person: Host, *, status: int = 200, form: Form | None = None, notice: Form | None = None) -> Template:
    shown = OwnArrival(
        kept=await welcomed_at(person.school),
        days_most=BOOKING_DAYS_MOST,
        notice=notice,
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


@post("/lycee/venir/delai", opt=HOST)
async def change_notice(
    request: AnyRequest, person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    """Its open slots to come follow at once."""
    form = Form(await request.form())
    days = form.whole("booking_days", 1, BOOKING_DAYS_MOST, label="Jours d'école")
    try:
        form.refuse_if_wrong()
        await say_notice(person.school, days, by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _page(person, status=no.status, notice=form)
    return done("/lycee/venir", "delai-dit")
