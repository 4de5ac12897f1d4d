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
from booking.door.demands import demand_of, demands_of
from booking.door.forms import Form
from booking.groups.queries import groups_of
from booking.reservations.book import book
from booking.reservations.rules import ADULTS_MOST, PUPILS_MOST
from booking.settings import Settings
from booking.web.school.away import away_words
from booking.web.school.near import near_of
from booking.wishes.ask import Granted, ask
from booking.wishes.queries import slots_beside
from booking.wording import paris, school_year_of
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.slots.queries import slot_card

OTHERS = {"choice_2": "Deuxième choix", "choice_3": "Troisième choix"}
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
    group = next((one for one in fitting if one.id == chosen), fitting[0] if fitting else None)
    beside = []
    if group is not None:
        beside = await slots_beside(seen, level=group.level, pupils=group.pupils, near=near_of(person), now=now)
    return page(
        "school/reserve.html",
        status=status,
        person=person,
        slot=seen,
        groups=fitting,
        others=len(groups) - len(fitting),
        chosen=group,
        beside=beside,
        key=str(uuid.uuid4()),
        pupils_most=min(PUPILS_MOST, seen.seats),
        adults_most=ADULTS_MOST,
        bookable=seen.state_at(now) == "open",
        away=await away_words(person.school or 0, paris(seen.starts_at).date()),
        **more,
    )


@post("/reservations", opt={"who": {"teacher"}, "form_on": "/creneaux/{slot}/reserver"})
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
        asked: dict[str, Any] = {"group": group, "pupils": pupils, "adults": adults, "needs": needs, "key": key}
        wait = form.ticked("wait")
        if others := _others(form):
            granted = await ask(demands_of(person, settings, slots=[slot, *others], **asked), wait=wait, now=now)
            where, said = granted.first.id, _said(granted)
        else:
            booked = await book(demand_of(person, settings, slot=slot, **asked), wait=wait, now=now)
            where, said = booked.id, "deja-reservee" if booked.repeated else SAID[booked.state]
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors.update(no.errors)
        chosen = int(form.typed["group"]) if "group" not in form.errors else None
        return await _form_page(slot, person, now, status=no.status, chosen=chosen, form=form, refusal=no)
    await ring()
    return done(f"/reservations/{where}", said)


def _others(form: Form) -> list[int]:
    """The second and third choices, in order; none when the teacher wants this slot alone."""
    chosen = [name for name in OTHERS if form.typed.get(name, "").strip()]
    others = [form.whole(name, 1, 999_999_999, label=OTHERS[name]) for name in chosen]
    form.refuse_if_wrong()
    return others


def _said(granted: Granted) -> str:
    """What the next page says first: which choice was taken, or that the group waits."""
    first = granted.first
    if granted.repeated:
        return "deja-demande"
    if first.state == "requested" and len(granted.choices) > 1:
        return "visa-et-reserve"
    if first.state == "waiting":
        return "voeux-en-attente" if len(granted.choices) > 1 else "en-attente"
    return SAID[first.state] if first.rank == 1 else f"voeu-{first.rank}"
