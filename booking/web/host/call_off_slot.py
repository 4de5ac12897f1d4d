"""Calling a slot off: whom it touches is read, the reason is written, then everyone is told."""

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
from booking.visits.slot_changes.call_off import call_off
from booking.web.host.touched import Touched, touched
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.slots.limits import REASON_MOST
from workshops.slots.queries import SlotCard


@dataclass(frozen=True)
class CallOffForm(Page, template="host/call_off_slot.html"):
    slot: SlotCard
    seen: Touched
    form: Form | None = None
    refusal: Refusal | None = None


@get("/lycee/creneaux/{slot:int}/annulation", opt=HOST)
async def call_off_page(slot: FromPath[int], person: NamedDependency[Host]) -> Template:
    return await _page(slot, person)


async def _page(slot: int, person: Host, *, status: int = 200, **more: Any) -> Template:
    seen = await touched(slot, person)
    return page(CallOffForm(slot=seen.slot, seen=seen, **more), status=status)


@post("/lycee/creneaux/{slot:int}/annulation", opt=HOST)
async def call_it_off(
    request: AnyRequest,
    slot: FromPath[int],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    reason = form.text("reason", label="Raison", most=REASON_MOST)
    try:
        form.refuse_if_wrong()
        await call_off(slot, reason=reason, host_school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors |= no.errors
        return await _page(slot, person, status=no.status, form=form, refusal=no)
    return done(f"/lycee/creneaux/{slot}", "creneau-annule")
