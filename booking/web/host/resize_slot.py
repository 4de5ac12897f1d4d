"""More or fewer places in a slot."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.restate import resize
from booking.web.host.touched import Touched, touched
from workshops.slots.queries import SlotCard
from workshops.slots.restate import ResizeSlot


@renders("host/resize_slot.html", acts={"asked": ResizeSlot})
class ResizeForm(Page, frozen=True):
    slot: SlotCard
    seen: Touched


@get("/lycee/creneaux/{slot:int}/places", opt=may("slots.open"))
async def resize_page(slot: FromPath[int], person: NamedDependency[Host]) -> Template:
    seen = await touched(slot, person)
    return page(ResizeForm(slot=seen.slot, seen=seen))


@post("/lycee/creneaux/{slot:int}/places", opt=may("slots.open"))
@form_act(ResizeSlot, page=resize_page.fn)
async def resize_it(
    asked: ResizeSlot, form: Form, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    offered = await resize(slot, asked, school=person.school, by=person.account, version=form.version, now=now)
    return done(f"/lycee/creneaux/{slot}", "places-proposees" if offered else "places-changees")
