"""Reserving: one form, one act."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.accounts.queries import Person
from booking.door.answers import done, page
from booking.door.bell import ring
from booking.door.demands import demand_of
from booking.door.forms import Form
from booking.groups.queries import groups_of
from booking.reservations.book import book
from booking.reservations.rules import ADULTS_MOST, PUPILS_MOST
from booking.settings import Settings
from booking.wording import school_year_of
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.slots.queries import slot_card

AnyRequest = Request[Any, Any, Any]
SAID = {"confirmed": "reservee", "requested": "visa-demande", "waiting": "en-attente", "offered": "place-proposee"}


@get("/creneaux/{slot:int}/reserver", opt={"who": {"teacher"}})
async def reserve_page(
    slot: FromPath[int],
    person: NamedDependency[Person],
    now: NamedDependency[datetime],
    groupe: FromQuery[int | None] = None,
) -> Template:
    return await _form_page(slot, person, now, chosen=groupe)


async def _form_page(
    slot: int, person: Person, now: datetime, *, status: int = 200, chosen: int | None = None, **more: Any
) -> Template:
    seen = await slot_card(slot)
    if seen is None or seen.state == "draft":
        raise NotFound()
    groups = await groups_of(person.school or 0, school_year=school_year_of(seen.starts_at))
    fitting = [one for one in groups if one.level in seen.levels]
    return page(
        "school/reserve.html",
        status=status,
        person=person,
        slot=seen,
        groups=fitting,
        others=len(groups) - len(fitting),
        chosen=next((one for one in fitting if one.id == chosen), fitting[0] if fitting else None),
        key=str(uuid.uuid4()),
        pupils_most=min(PUPILS_MOST, seen.seats),
        adults_most=ADULTS_MOST,
        bookable=seen.state_at(now) == "open",
        **more,
    )


@post("/reservations", opt={"who": {"teacher"}})
async def create(
    request: AnyRequest,
    person: NamedDependency[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    slot = form.whole("slot", 1, 999_999_999, label="Créneau")
    try:
        group = form.whole("group", 1, 999_999_999, label="Groupe")
        pupils = form.whole("pupils", 1, PUPILS_MOST, label="Élèves")
        adults = form.whole("adults", 1, ADULTS_MOST, label="Adultes")
        needs = form.text("needs", label="Besoins d'accueil", most=200, required=False)
        key = form.text("key", label="Clé d'envoi", most=80)
        form.refuse_if_wrong()
        demand = demand_of(person, settings, slot=slot, group=group, pupils=pupils, adults=adults, needs=needs, key=key)
        booked = await book(demand, wait=form.ticked("wait"), now=now)
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors.update(no.errors)
        return await _form_page(slot, person, now, status=no.status, form=form, refusal=no)
    await ring()
    return done(f"/reservations/{booked.id}", "deja-reservee" if booked.repeated else SAID[booked.state])
