"""Opening a slot: one form, one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.unmet.queries import unmet_around
from booking.visits.unmet.rules import Unmet
from booking.words.wording import PARIS, paris
from workshops.catalogue.queries import RoomCard, WorkshopCard, rooms_of, workshop, workshops_of
from workshops.catalogue.rules import WorkshopNotPublished
from workshops.openings.queries import openings_awaited
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.school_calendar.rules import wednesday_afternoon
from workshops.slots.open import open_slot
from workshops.slots.rules import ClosedDay, RoomTaken

FIELDS = {"starts_at": "on", "ends_at": "ends", "booking_closes_at": "closes_on"}
CLOSES_AT = time(18, 0)


@dataclass(frozen=True)
class SlotForm(Page, template="host/new_slot.html"):
    workshops: Sequence[WorkshopCard]
    drafts: Sequence[WorkshopCard]
    rooms: Sequence[RoomCard]
    chosen: int | None
    tomorrow: date
    unmet: Sequence[Unmet]
    form: Form | None
    refusal: Refusal | None = None


@get("/lycee/creneaux/nouveau", opt=HOST)
async def new_slot(
    person: NamedDependency[Host], now: NamedDependency[datetime], atelier: FromQuery[int | None] = None
) -> Template:
    return await _form_page(person, now, chosen=atelier)


async def _form_page(
    person: Host,
    now: datetime,
    *,
    status: int = 200,
    chosen: int | None = None,
    form: Form | None = None,
    refusal: Refusal | None = None,
) -> Template:
    workshops = await workshops_of(person.school)
    shown = SlotForm(
        workshops=[one for one in workshops if one.state == "published"],
        drafts=[one for one in workshops if one.state == "draft"],
        rooms=await rooms_of(person.school),
        chosen=chosen,
        tomorrow=paris(now).date() + timedelta(days=1),
        unmet=await unmet_around(person.school, now=now),
        form=form,
        refusal=refusal,
    )
    return page(shown, status=status)


@post("/lycee/creneaux", opt=HOST)
async def open_one(
    request: AnyRequest, person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    asked = await _asked(form, person.school)
    try:
        form.refuse_if_wrong()
        made = await open_slot(**asked, host_school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        _note(form, no)
        return await _form_page(person, now, status=no.status, form=form, refusal=no)
    said = "creneau-ouvert-mercredi" if wednesday_afternoon(asked["starts_at"], asked["ends_at"]) else "creneau-ouvert"
    if await openings_awaited([paris(asked["starts_at"]).date()], now=now):
        said = "creneau-ouvert-plus-tard"
    taught = await workshop(asked["workshop"])
    if taught is not None and not taught.object_ids:
        said = "creneau-ouvert-sans-objet"
    return done(f"/lycee/creneaux/{made}", said)


async def _asked(form: Form, school: int) -> dict[str, Any]:
    workshops = {str(one.id): one for one in await workshops_of(school) if one.state == "published"}
    rooms = {str(one.id) for one in await rooms_of(school)}
    workshop = workshops.get(form.choice("workshop", workshops, label="Atelier"))
    room = form.choice("room", rooms, label="Salle", default="")
    on = form.date("on", label="Date")
    starts_at = datetime.combine(on, form.time("starts", label="Heure de début"), PARIS)
    return {
        "workshop": workshop.id if workshop else 0,
        "starts_at": starts_at,
        "ends_at": _ends_at(form, on, starts_at, workshop),
        "seats": form.whole("seats", 1, 200, label="Places", default=0) or None,
        "groups_max": form.whole("groups_max", 1, 20, label="Groupes au plus", default=0) or None,
        "room": int(room) if room else None,
        "company_places": form.whole("company_places", 0, 50, label="Places pour des entreprises", default=0),
        "one_per_trade": form.ticked("one_per_trade"),
        "on_agreement": form.ticked("on_agreement"),
        "odd_hours": form.ticked("odd_hours"),
        "booking_closes_at": closes_at_of(form),
    }


def _ends_at(form: Form, on: date, starts_at: datetime, workshop: WorkshopCard | None) -> datetime:
    if form.typed.get("ends", "").strip():
        return datetime.combine(on, form.time("ends", label="Heure de fin"), PARIS)
    return starts_at + timedelta(minutes=workshop.minutes if workshop else 0)


def closes_at_of(form: Form) -> datetime | None:
    """When reservations close, from the last day that was typed for them; None when none was."""
    if not form.typed.get("closes_on", "").strip():
        return None
    return datetime.combine(form.date("closes_on", label="Dernier jour pour réserver"), CLOSES_AT, PARIS)


def _note(form: Form, no: Refusal) -> None:
    """Put a refusal beside the field that it speaks of."""
    match no:
        case Invalid():
            form.errors.update({FIELDS.get(field, field): sentence for field, sentence in no.errors.items()})
        case ClosedDay():
            form.errors["on"] = no.sentence
        case RoomTaken():
            form.errors["room"] = no.sentence
        case WorkshopNotPublished():
            form.errors["workshop"] = no.sentence
        case _:
            raise no
