"""The days on which a lycée receives nobody, beyond the school holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.visits.hosting.queries import Reception, receptions_to_come
from booking.visits.slot_changes.several import change_slots
from booking.words.wording import paris
from workshops.school_calendar.close import CloseSchool, close_school, reopen_school
from workshops.school_calendar.queries import OwnClosure, closure_of_school, closures_of_school
from workshops.series.queries import slots_under_closure
from workshops.slots.call_off import CallOffSlot
from workshops.slots.rules import TO_COME


@renders("host/closures.html", acts={"asked": CloseSchool})
class ClosureList(Page, frozen=True):
    """The closures to come, and the slots that are `standing` on their days."""

    closures: Sequence[OwnClosure]
    standing: Mapping[int, Sequence[Reception]]
    today: date


@renders("host/closure.html", acts={"asked": CallOffSlot})
class ClosureOverSlots(Page, frozen=True):
    """A closure with the slots that are `standing` on its days and who comes there; those `ticked` may go."""

    closure: OwnClosure
    standing: Sequence[Reception]
    ticked: Sequence[str]


@get("/lycee/fermetures", opt=may("slots.open"))
async def own_closures(person: AsHost, now: Now) -> Template:
    school, today = person.school, paris(now).date()
    closures = await closures_of_school(school, since=today)
    standing = [slot for slot in await receptions_to_come(school, now=now) if slot.state in TO_COME]
    shown = ClosureList(
        closures=closures,
        standing={off.id: [slot for slot in standing if off.first_on <= slot.on <= off.last_on] for off in closures},
        today=today,
    )
    return page(shown)


@post("/lycee/fermetures", opt=may("slots.open"))
@form_act(CloseSchool, page=own_closures.fn)
async def shut_school(asked: CloseSchool, person: AsHost, now: Now) -> Redirect:
    closure = await close_school(person.school, asked, by=person.account, now=now)
    if await slots_under_closure(closure, school=person.school, now=now):
        return done(f"/lycee/fermetures/{closure}", "fermeture-sur-creneaux")
    return done("/lycee/fermetures", "fermeture-ajoutee")


@get("/lycee/fermetures/{number:int}", opt=may("slots.open"))
async def one_closure(number: FromPath[int], person: AsHost, now: Now) -> Template:
    return await closure_page(number, person, now)


async def closure_page(number: FromPath[int], person: AsHost, now: Now, *, form: Form | None = None) -> Template:
    closure = await closure_of_school(number, scope=person.scope)
    coming = {slot.slot.id: slot for slot in await receptions_to_come(person.school, now=now)}
    slots = await slots_under_closure(number, school=person.school, now=now)
    shown = ClosureOverSlots(
        closure=closure,
        standing=[coming[slot.id] for slot in slots if slot.id in coming],
        ticked=form.all("slots") if form else [str(slot.id) for slot in slots],
    )
    return page(shown)


@post("/lycee/fermetures/{number:int}/annulation", opt=may("slots.open"))
@form_act(CallOffSlot, page=closure_page)
async def call_off_under(asked: CallOffSlot, form: Form, number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    """Call off the slots of these days with one reason, all that are ticked or none."""
    await closure_of_school(number, scope=person.scope)
    slots = await slots_under_closure(number, school=person.school, now=now)
    known = {str(slot.id): slot.id for slot in slots}
    ticked = form.several("slots", known, label="Créneaux", required=False)
    form.refuse_if_wrong()
    versions = {known[slot]: None for slot in ticked}
    await change_slots(asked, slots, versions=versions, school=person.school, by=person.account, now=now)
    return done(f"/lycee/fermetures/{number}", "serie-annulee")


@post("/lycee/fermetures/{number:int}/retrait", opt=may("slots.open"))
async def take_back(number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await reopen_school(number, school=person.school, by=person.account, now=now)
    return done("/lycee/fermetures", "fermeture-retiree")
