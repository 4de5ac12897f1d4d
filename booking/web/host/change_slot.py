"""A slot that changes or is called off: whom it touches is read, what changes is said, then everyone is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.visits.attendance.queries import Coming, companies_at
from booking.visits.reservation_states import LIVE
from booking.visits.reservations.queries import Visit, visits_of_slot
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move, preview_move
from booking.visits.slot_changes.restate import resize, restate
from booking.visits.slot_changes.rules import MoveDone
from booking.words.wording import counted, paris
from workshops.acts.fields import fields_of
from workshops.catalogue.queries import RoomCard, objects_of, rooms_of
from workshops.refusals import Invalid
from workshops.school_calendar.rules import wednesday_afternoon
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot
from workshops.slots.queries import SlotCard, own_slot
from workshops.slots.restate import ResizeSlot, RestateSlot
from workshops.slots.rules import refuse_to_change


def comers(groups: int, companies: int) -> str:
    """« 3 groupes et 1 entreprise »; empty for nobody."""
    counts = ((groups, "groupe"), (companies, "entreprise"))
    return " et ".join(counted(count, word) for count, word in counts if count)


class Touched(Struct, frozen=True):
    """A slot of this lycée, the groups that come to it or wait for it, and the companies announced."""

    slot: SlotCard
    groups: list[Visit]
    companies: list[Coming]

    @property
    def told(self) -> str:
        """« 3 groupes et 1 entreprise »; empty when nobody is to be told."""
        return comers(len(self.groups), len(self.companies))


async def touched(number: int, person: Host) -> Touched:
    """Raises NotFound, SlotDone, SlotCalledOff."""
    slot = await own_slot(number, school=person.school)
    refuse_to_change(slot.state)
    visits = await visits_of_slot(number, school=person.school)
    return Touched(slot, [one for one in visits if one.state in LIVE], await companies_at(number))


@renders("host/change_slot.html", acts={"moved": MoveSlot, "resized": ResizeSlot, "restated": RestateSlot})
class ChangeSlot(Page, frozen=True):
    """What of a slot may change: its moment and its conditions until it has `begun`, its places until it is closed.

    `sent`: the act that was sent. Once `planned`, what the move's `plan` changes, whether its reservations are `closed`
    then, and whether that is a `quiet` afternoon. `closes_on`: its last day to reserve, `objects`: its workshop's.
    """

    slot: SlotCard
    seen: Touched
    begun: bool
    rooms: Sequence[RoomCard]
    starts: datetime
    ends: datetime
    objects: Mapping[str, str]
    closes_on: date
    today: date
    sent: str
    form: Form | None = None
    planned: MoveSlot | None = None
    plan: MoveDone | None = None
    closed: bool = False
    quiet: bool = False


async def change_form(
    request: AnyRequest,
    slot: FromPath[int],
    person: AsHost,
    now: Now,
    *,
    form: Form | None = None,
    planned: MoveSlot | None = None,
    plan: MoveDone | None = None,
) -> Template:
    seen = await touched(slot, person)
    card = seen.slot
    rooms = await rooms_of(person.school, closed_too=True)
    shown = ChangeSlot(
        slot=card,
        seen=seen,
        begun=card.starts_at <= now,
        rooms=[room for room in rooms if not room.closed or room.id == card.room],
        starts=paris(card.starts_at),
        ends=paris(card.ends_at),
        objects={str(tech.id): tech.name for tech in await objects_of(card.workshop)},
        closes_on=paris(card.booking_closes_at).date(),
        today=paris(now).date(),
        sent=act_in(request.url.path),
        form=form,
        planned=planned,
        plan=plan,
        closed=plan is not None and plan.booking_closes_at <= now,
        quiet=planned is not None and wednesday_afternoon(planned.starts_at, planned.ends_at),
    )
    return page(shown)


def act_in(path: str) -> str:
    """« places », « deplacement » of an address, also of its preview."""
    return path.removesuffix("/apercu").rpartition("/")[2]


@get("/lycee/creneaux/{slot:int}/modification", opt=may("slots.open"))
async def change_page(request: AnyRequest, slot: FromPath[int], person: AsHost, now: Now) -> Template:
    return await change_form(request, slot, person, now)


@get([f"/lycee/creneaux/{{slot:int}}/{act}" for act in ("deplacement", "places", "conditions")], opt=may("slots.open"))
async def changed_elsewhere(request: AnyRequest, slot: FromPath[int], person: AsHost) -> Redirect:
    """Each change had an address of its own, which mails have told."""
    await own_slot(slot, school=person.school)
    return Redirect(f"/lycee/creneaux/{slot}/modification#{act_in(request.url.path)}", status_code=301)


@post("/lycee/creneaux/{slot:int}/deplacement/apercu", opt=may("slots.open") | {"shown_again": True})
@form_act(MoveSlot, page=change_form)
async def see_move(
    asked: MoveSlot, form: Form, request: AnyRequest, slot: FromPath[int], person: AsHost, now: Now
) -> Template:
    """What the move would change, and for whom; nothing is stored."""
    plan = await preview_move(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    return await change_form(request, slot, person, now, form=form, planned=asked, plan=plan)


@post("/lycee/creneaux/{slot:int}/deplacement", opt=may("slots.open"))
@form_act(MoveSlot, page=change_form)
async def move_it(asked: MoveSlot, form: Form, slot: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await move(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    return done(f"/lycee/creneaux/{slot}", "creneau-deplace")


@post("/lycee/creneaux/{slot:int}/places", opt=may("slots.open"))
@form_act(ResizeSlot, page=change_form)
async def resize_it(asked: ResizeSlot, form: Form, slot: FromPath[int], person: AsHost, now: Now) -> Redirect:
    fields = {field.beside: field for field in fields_of(ResizeSlot)}
    if blank := {name: field.sentence() for name, field in fields.items() if not form.typed.get(name, "").strip()}:
        raise Invalid(blank)
    offered = await resize(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    message = "creneau-garde" if offered is None else "places-proposees" if offered else "places-changees"
    return done(f"/lycee/creneaux/{slot}", message)


@post("/lycee/creneaux/{slot:int}/conditions", opt=may("slots.open"))
@form_act(RestateSlot, page=change_form)
async def change_conditions(asked: RestateSlot, form: Form, slot: FromPath[int], person: AsHost, now: Now) -> Redirect:
    closed_at, closes_at = (await own_slot(slot, school=person.school)).booking_closes_at, asked.booking_closes_at
    if closes_at is not None and paris(closes_at).date() == paris(closed_at).date():
        # The same day keeps its hour, also one that is over.
        asked = msgspec.structs.replace(asked, booking_closes_at=None)
    changed = await restate(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    return done(f"/lycee/creneaux/{slot}", "conditions-changees" if changed else "creneau-garde")


@renders("host/call_off_slot.html", acts={"asked": CallOffSlot})
class CallOffForm(Page, frozen=True):
    slot: SlotCard
    seen: Touched


@get("/lycee/creneaux/{slot:int}/annulation", opt=may("slots.open"))
async def call_off_page(slot: FromPath[int], person: AsHost) -> Template:
    seen = await touched(slot, person)
    return page(CallOffForm(slot=seen.slot, seen=seen))


@post("/lycee/creneaux/{slot:int}/annulation", opt=may("slots.open"))
@form_act(CallOffSlot, page=call_off_page.fn)
async def call_it_off(asked: CallOffSlot, slot: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await call_off(slot, asked, school=person.school, by=person.account, now=now)
    return done(f"/lycee/creneaux/{slot}", "creneau-annule")
