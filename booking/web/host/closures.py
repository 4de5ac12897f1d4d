"""The days on which a lycée receives nobody, beyond the school holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.hosting.queries import Reception, receptions_to_come
from booking.visits.slot_changes.several import change_slots
from booking.words.wording import paris
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.school_calendar.close import close_school, reopen_school
from workshops.school_calendar.queries import OwnClosure, closure_of_school, closures_of_school
from workshops.series.queries import slots_under_closure
from workshops.slots.acts import REASON_MOST
from workshops.slots.call_off import CallOffSlot
from workshops.slots.rules import TO_COME


@dataclass(frozen=True)
class ClosureList(Page, template="host/closures.html"):
    """The closures to come, and the slots that are `standing` on their days."""

    closures: Sequence[OwnClosure]
    standing: Mapping[int, Sequence[Reception]]
    today: date
    form: Form | None


@dataclass(frozen=True)
class ClosureOverSlots(Page, template="host/closure.html"):
    """A closure with the slots that are `standing` on its days and who comes there; those `ticked` may go."""

    closure: OwnClosure
    standing: Sequence[Reception]
    ticked: Sequence[str]
    reason_most: int
    form: Form | None
    refusal: Refusal | None


@get("/lycee/fermetures", opt=HOST)
async def own_closures(person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    return await _list_page(person, now)


async def _list_page(person: Host, now: datetime, *, status: int = 200, form: Form | None = None) -> Template:
    school, today = person.school, paris(now).date()
    closures = await closures_of_school(school, since=today)
    standing = [one for one in await receptions_to_come(school, now=now) if one.state in TO_COME]
    shown = ClosureList(
        closures=closures,
        standing={off.id: [one for one in standing if off.first_on <= one.on <= off.last_on] for off in closures},
        today=today,
        form=form,
    )
    return page(shown, status=status)


@post("/lycee/fermetures", opt=HOST)
async def shut_school(
    request: AnyRequest, person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    first_on = form.date("first_on", label="Premier jour")
    last_on = form.date("last_on", label="Dernier jour") if form.typed.get("last_on", "").strip() else first_on
    label = form.text("label", label="Raison", most=120)
    try:
        form.refuse_if_wrong()
        today = paris(now).date()
        closure = await close_school(person.school, label=label, first_on=first_on, last_on=last_on, today=today)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _list_page(person, now, status=no.status, form=form)
    if await slots_under_closure(closure, school=person.school, now=now):
        return done(f"/lycee/fermetures/{closure}", "fermeture-sur-creneaux")
    return done("/lycee/fermetures", "fermeture-ajoutee")


@get("/lycee/fermetures/{number:int}", opt=HOST)
async def one_closure(number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    return await _closure_page(number, person, now)


async def _closure_page(
    number: int,
    person: Host,
    now: datetime,
    *,
    status: int = 200,
    form: Form | None = None,
    refusal: Refusal | None = None,
) -> Template:
    closure = await closure_of_school(number, school=person.school)
    coming = {one.slot.id: one for one in await receptions_to_come(person.school, now=now)}
    slots = await slots_under_closure(number, school=person.school, now=now)
    known = [str(one.id) for one in slots]
    shown = ClosureOverSlots(
        closure=closure,
        standing=[coming[one.id] for one in slots if one.id in coming],
        ticked=form.several("slots", known, label="Créneaux", required=False) if form else known,
        reason_most=REASON_MOST,
        form=form,
        refusal=refusal,
    )
    return page(shown, status=status)


@post("/lycee/fermetures/{number:int}/annulation", opt=HOST)
async def call_off_under(
    request: AnyRequest,
    number: FromPath[int],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    """Call off the slots of these days with one reason, all that are ticked or none."""
    await closure_of_school(number, school=person.school)
    form, slots = Form(await request.form()), await slots_under_closure(number, school=person.school, now=now)
    known = {str(one.id): one.id for one in slots}
    ticked = form.several("slots", known, label="Créneaux", required=False)
    versions = {known[one]: None for one in ticked if one in known}
    try:
        asked = form.act(CallOffSlot)
        await change_slots(asked, slots, versions=versions, school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors |= no.errors
        return await _closure_page(number, person, now, status=no.status, form=form, refusal=no)
    return done(f"/lycee/fermetures/{number}", "serie-annulee")


@post("/lycee/fermetures/{number:int}/retrait", opt=HOST)
async def take_back(number: FromPath[int], person: NamedDependency[Host]) -> Redirect:
    await reopen_school(number, school=person.school)
    return done("/lycee/fermetures", "fermeture-retiree")
