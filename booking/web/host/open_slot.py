"""Opening a slot: one form, one act."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, time, timedelta

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.visits.asking.unmet import Unmet, unmet_around
from booking.words.wording import paris
from workshops.catalogue.queries import RoomCard, WorkshopCard, rooms_of, workshop, workshops_of
from workshops.openings.queries import openings_awaited
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import wednesday_afternoon
from workshops.series.propose import FreeHours, free_hours
from workshops.slots.open import OpenSlot, open_slot
from workshops.slots.queries import slot_card


class FilledHours(Struct, frozen=True):
    """The hours that were tapped among those that are free, or a full slot's with its `seats`; nothing where none
    were."""

    on: date | None = None
    starts: time | None = None
    ends: time | None = None
    room: int | None = None
    seats: int | None = None


@renders("host/new_slot.html", acts={"asked": OpenSlot})
class SlotForm(Page, frozen=True):
    """`free`: hours at which the lycée could receive those who wait around it; `unfit`: why it could not; `filled`: the
    hours that were tapped."""

    workshops: Sequence[WorkshopCard]
    drafts: Sequence[WorkshopCard]
    rooms: Sequence[RoomCard]
    chosen: int | None
    tomorrow: date
    unmet: Sequence[Unmet]
    free: Sequence[FreeHours]
    unfit: str
    filled: FilledHours


NOT_FILLED = FilledHours()


@get("/lycee/creneaux/nouveau", opt=may("slots.open"))
async def new_slot(
    person: AsHost,
    now: Now,
    atelier: FromQuery[int | None] = None,
    le: FromQuery[date | None] = None,
    de: FromQuery[str] = "",
    a: FromQuery[str] = "",
    salle: FromQuery[int | None] = None,
    places: FromQuery[int | None] = None,
) -> Template:
    return await slot_form(person, now, chosen=atelier, filled=FilledHours(le, _hour(de), _hour(a), salle, places))


def _hour(words: str) -> time | None:
    """« 08:30 » of an address; None for what is no hour."""
    with suppress(ValueError):
        return time.fromisoformat(words)
    return None


async def slot_form(
    person: AsHost, now: Now, *, chosen: int | None = None, filled: FilledHours = NOT_FILLED
) -> Template:
    workshops, unmet = await workshops_of(person.school), await unmet_around(person.school, now=now)
    published = [card for card in workshops if card.state == "published"]
    asked = sorted(unmet, key=lambda waiting: -waiting.classes) if filled == NOT_FILLED else []
    served = next((waiting for waiting in asked if _serving(waiting, published)), None)
    shown = SlotForm(
        workshops=published,
        drafts=[card for card in workshops if card.state == "draft"],
        rooms=await rooms_of(person.school),
        chosen=chosen,
        tomorrow=paris(now).date() + timedelta(days=1),
        unmet=unmet,
        free=await free_hours(person.school, level=served.level, pupils=served.of_a_class, now=now) if served else [],
        unfit=_unfit(asked[0], published) if asked and served is None else "",
        filled=filled,
    )
    return page(shown)


def _serving(waiting: Unmet, workshops: Sequence[WorkshopCard]) -> bool:
    """Whether one of the workshops is open to these classes, and large enough for one of them."""
    return any(waiting.level in card.levels and card.seats >= waiting.of_a_class for card in workshops)


def _unfit(waiting: Unmet, workshops: Sequence[WorkshopCard]) -> str:
    if any(waiting.level in card.levels for card in workshops):
        return f"Aucun de vos ateliers ouverts aux {waiting.level} ne reçoit {waiting.of_a_class} élèves"
    return f"Aucun de vos ateliers n'est ouvert aux {waiting.level}"


@post("/lycee/creneaux", opt=may("slots.open"))
@form_act(OpenSlot, page=slot_form)
async def open_one(asked: OpenSlot, person: AsHost, now: Now) -> Redirect:
    slot = or_not_found(await slot_card(await open_slot(asked, school=person.school, by=person.account, now=now)))
    message = "creneau-ouvert-mercredi" if wednesday_afternoon(slot.starts_at, slot.ends_at) else "creneau-ouvert"
    if await openings_awaited([paris(slot.starts_at).date()], now=now):
        message = "creneau-ouvert-plus-tard"
    taught = await workshop(asked.workshop)
    if taught is not None and not taught.object_ids:
        message = "creneau-ouvert-sans-objet"
    return done(f"/lycee/creneaux/{slot.id}", message)
