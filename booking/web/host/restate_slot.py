"""Changing until when a slot is reserved, for which levels, and which companies it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.restate import restate
from booking.web.host.touched import Touched, touched
from booking.words.wording import paris
from workshops.refusals import or_not_found
from workshops.slots.queries import SlotCard, slot_card
from workshops.slots.restate import RestateSlot
from workshops.slots.rules import SlotBegun
from workshops.tech_objects.queries import objects_of


@renders("host/restate_slot.html", acts={"asked": RestateSlot})
class ConditionsForm(Page, frozen=True):
    """What a slot says: `closes_on` is its last day to reserve, `objects` those of its workshop."""

    slot: SlotCard
    seen: Touched
    objects: Mapping[str, str]
    closes_on: date
    today: date


@get("/lycee/creneaux/{slot:int}/conditions", opt=may("slots.open"))
async def conditions_page(
    slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template:
    seen = await touched(slot, person)
    if seen.slot.starts_at <= now:
        raise SlotBegun()
    shown = ConditionsForm(
        slot=seen.slot,
        seen=seen,
        objects={str(tech.id): tech.name for tech in await objects_of(seen.slot.workshop)},
        closes_on=paris(seen.slot.booking_closes_at).date(),
        today=paris(now).date(),
    )
    return page(shown)


@post("/lycee/creneaux/{slot:int}/conditions", opt=may("slots.open"))
@form_act(RestateSlot, page=conditions_page.fn)
async def change_conditions(
    asked: RestateSlot, form: Form, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    closed_at, closes_at = or_not_found(await slot_card(slot)).booking_closes_at, asked.booking_closes_at
    if closes_at is not None and paris(closes_at).date() == paris(closed_at).date():
        # The same day keeps its hour, also one that is over.
        asked = msgspec.structs.replace(asked, booking_closes_at=None)
    changed = await restate(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    return done(f"/lycee/creneaux/{slot}", "conditions-changees" if changed else "conditions-gardees")
