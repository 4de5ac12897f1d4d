"""More or fewer places in a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.resize import resize
from booking.web.host.touched import Touched, touched
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.slots.queries import SlotCard
from workshops.slots.rules import BelowTaken


@dataclass(frozen=True)
class ResizeForm(Page, template="host/resize_slot.html"):
    slot: SlotCard
    seen: Touched
    form: Form | None = None
    refusal: Refusal | None = None


@get("/lycee/creneaux/{slot:int}/places", opt=HOST)
async def resize_page(slot: FromPath[int], person: NamedDependency[Host]) -> Template:
    return await _page(slot, person)


async def _page(slot: int, person: Host, *, status: int = 200, **more: Any) -> Template:
    seen = await touched(slot, person)
    return page(ResizeForm(slot=seen.slot, seen=seen, **more), status=status)


@post("/lycee/creneaux/{slot:int}/places", opt=HOST)
async def resize_it(
    request: AnyRequest, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    asked = {
        "seats": form.whole("seats", 1, 200, label="Places"),
        "groups_max": form.whole("groups_max", 1, 20, label="Groupes au plus"),
        "company_places": form.whole("company_places", 0, 50, label="Places pour des entreprises"),
        "version": form.whole("version", 0, 999_999, label="Version"),
    }
    try:
        form.refuse_if_wrong()
        offered = await resize(slot, **asked, host_school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors |= no.errors
        if isinstance(no, BelowTaken):
            form.errors[no.field] = no.sentence
        return await _page(slot, person, status=no.status, form=form, refusal=no)
    return done(f"/lycee/creneaux/{slot}", "places-proposees" if offered else "places-changees")
