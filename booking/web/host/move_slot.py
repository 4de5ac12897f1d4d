"""Moving a slot: another moment is typed, what it changes is read, then everyone is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.move import MoveDone, move, preview_move
from booking.visits.slot_changes.rules import GroupsBusy
from booking.web.host.touched import Touched, touched
from booking.words.wording import PARIS, paris
from workshops.catalogue.queries import RoomCard, rooms_of
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.school_calendar.rules import wednesday_afternoon
from workshops.slots.limits import REASON_MOST
from workshops.slots.queries import SlotCard
from workshops.slots.rules import ClosedDay, RoomTaken, SlotBegun

FIELDS = {"starts_at": "on", "ends_at": "ends", "seats": "room"}


@dataclass(frozen=True)
class MoveForm(Page, template="host/move_slot.html"):
    """Where a slot may move; once `asked`, what its `plan` changes, whether its reservations are `closed` then, and
    whether that is a `quiet` afternoon."""

    slot: SlotCard
    seen: Touched
    rooms: Sequence[RoomCard]
    starts: datetime
    ends: datetime
    today: date
    reason_most: int
    form: Form | None
    closed: bool
    refusal: Refusal | None = None
    plan: MoveDone | None = None
    asked: Mapping[str, Any] | None = None
    quiet: bool = False


@get("/lycee/creneaux/{slot:int}/deplacement", opt=HOST)
async def move_page(slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    seen = await touched(slot, person)
    if seen.slot.starts_at <= now:
        raise SlotBegun()
    return await _page(seen, person, now)


@post("/lycee/creneaux/{slot:int}/deplacement/apercu", opt=HOST)
async def see_move(
    request: AnyRequest, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template:
    """What the move would change, and for whom; nothing is stored."""
    seen, form = await touched(slot, person), Form(await request.form())
    asked = await _asked(form, person)
    try:
        form.refuse_if_wrong()
        plan = await preview_move(slot, **asked, host_school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _again(seen, person, now, form, no)
    quiet = wednesday_afternoon(asked["starts_at"], asked["ends_at"])
    return await _page(seen, person, now, form=form, plan=plan, asked=asked, quiet=quiet)


@post("/lycee/creneaux/{slot:int}/deplacement", opt=HOST)
async def move_it(
    request: AnyRequest, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    seen, form = await touched(slot, person), Form(await request.form())
    asked = await _asked(form, person)
    try:
        form.refuse_if_wrong()
        await move(slot, **asked, host_school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _again(seen, person, now, form, no)
    return done(f"/lycee/creneaux/{slot}", "creneau-deplace")


async def _asked(form: Form, person: Host) -> dict[str, Any]:
    rooms = {str(one.id) for one in await rooms_of(person.school, closed_too=True)}
    room = form.choice("room", rooms, label="Salle", default="")
    on = form.date("on", label="Date")
    return {
        "starts_at": datetime.combine(on, form.time("starts", label="Heure de début"), PARIS),
        "ends_at": datetime.combine(on, form.time("ends", label="Heure de fin"), PARIS),
        "room": int(room) if room else None,
        "reason": form.text("reason", label="Raison", most=REASON_MOST, required=False),
        "odd_hours": form.ticked("odd_hours"),
        "version": form.whole("version", 0, 999_999, label="Version"),
    }


async def _again(seen: Touched, person: Host, now: datetime, form: Form, no: Refusal) -> Template:
    """The form, with the refusal beside the answer that it speaks of."""
    match no:
        case Invalid():
            form.errors |= {FIELDS.get(field, field): sentence for field, sentence in no.errors.items()}
        case ClosedDay() | GroupsBusy():
            form.errors["on"] = no.sentence
        case RoomTaken():
            form.errors["room"] = no.sentence
    return await _page(seen, person, now, status=no.status, form=form, refusal=no)


async def _page(
    seen: Touched, person: Host, now: datetime, *, status: int = 200, form: Form | None = None, **more: Any
) -> Template:
    rooms = await rooms_of(person.school, closed_too=True)
    shown = MoveForm(
        slot=seen.slot,
        seen=seen,
        rooms=[one for one in rooms if not one.closed or one.id == seen.slot.room],
        starts=paris(seen.slot.starts_at),
        ends=paris(seen.slot.ends_at),
        today=paris(now).date(),
        reason_most=REASON_MOST,
        form=form,
        closed=(plan := more.get("plan")) is not None and plan.booking_closes_at <= now,
        **more,
    )
    return page(shown, status=status)
