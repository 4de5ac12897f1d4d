"""Calling a slot off: whom it touches is read, the reason is written, then everyone is told."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.call_off import call_off
from booking.web.host.touched import Touched, touched
from workshops.slots.call_off import CallOffSlot
from workshops.slots.queries import SlotCard


@renders("host/call_off_slot.html", acts={"asked": CallOffSlot})
class CallOffForm(Page, frozen=True):
    slot: SlotCard
    seen: Touched


@get("/lycee/creneaux/{slot:int}/annulation", opt=may("slots.open"))
async def call_off_page(slot: FromPath[int], person: NamedDependency[Host]) -> Template:
    seen = await touched(slot, person)
    return page(CallOffForm(slot=seen.slot, seen=seen))


@post("/lycee/creneaux/{slot:int}/annulation", opt=may("slots.open"))
@form_act(CallOffSlot, page=call_off_page.fn)
async def call_it_off(
    asked: CallOffSlot, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    await call_off(slot, asked, school=person.school, by=person.account, now=now)
    return done(f"/lycee/creneaux/{slot}", "creneau-annule")
