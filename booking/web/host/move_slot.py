"""Moving a slot: another moment is typed, what it changes is read, then everyone is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.move import move, preview_move
from booking.visits.slot_changes.rules import MoveDone
from booking.web.host.touched import Touched, touched
from booking.words.wording import paris
from workshops.catalogue.queries import RoomCard, rooms_of
from workshops.school_calendar.rules import wednesday_afternoon
from workshops.slots.move import MoveSlot
from workshops.slots.queries import SlotCard
from workshops.slots.rules import SlotBegun


@renders("host/move_slot.html", acts={"asked": MoveSlot})
class MoveForm(Page, frozen=True):
    """Where a slot may move; once `planned`, what its `plan` changes, whether its reservations are `closed` then, and
    whether that is a `quiet` afternoon."""

    slot: SlotCard
    seen: Touched
    rooms: Sequence[RoomCard]
    starts: datetime
    ends: datetime
    today: date
    form: Form | None = None
    planned: MoveSlot | None = None
    plan: MoveDone | None = None
    closed: bool = False
    quiet: bool = False


@get("/lycee/creneaux/{slot:int}/deplacement", opt=may("slots.open"))
async def move_page(slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    if (await touched(slot, person)).slot.starts_at <= now:
        raise SlotBegun()
    return await move_form(slot, person, now)


async def move_form(
    slot: FromPath[int],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
    *,
    form: Form | None = None,
    planned: MoveSlot | None = None,
    plan: MoveDone | None = None,
) -> Template:
    seen = await touched(slot, person)
    rooms = await rooms_of(person.school, closed_too=True)
    shown = MoveForm(
        slot=seen.slot,
        seen=seen,
        rooms=[room for room in rooms if not room.closed or room.id == seen.slot.room],
        starts=paris(seen.slot.starts_at),
        ends=paris(seen.slot.ends_at),
        today=paris(now).date(),
        form=form,
        planned=planned,
        plan=plan,
        closed=plan is not None and plan.booking_closes_at <= now,
        quiet=planned is not None and wednesday_afternoon(planned.starts_at, planned.ends_at),
    )
    return page(shown)


@post("/lycee/creneaux/{slot:int}/deplacement/apercu", opt=may("slots.open"))
@form_act(MoveSlot, page=move_form)
async def see_move(
    asked: MoveSlot, form: Form, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template:
    """What the move would change, and for whom; nothing is stored."""
    plan = await preview_move(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    return await move_form(slot, person, now, form=form, planned=asked, plan=plan)


@post("/lycee/creneaux/{slot:int}/deplacement", opt=may("slots.open"))
@form_act(MoveSlot, page=move_form)
async def move_it(
    asked: MoveSlot, form: Form, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    await move(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    return done(f"/lycee/creneaux/{slot}", "creneau-deplace")
