"""A lycée answers the companies that come to its slots."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.attendance.answer import accept, decline
from booking.visits.attendance.queries import coming
from booking.visits.attendance.rules import REASON_MOST
from booking.web.host.slots import slot_page
from workshops.refusals import Invalid, NotFound, Refusal


@post("/lycee/venues/{attendance:int}/acceptation", opt=HOST)
async def accept_company(
    attendance: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    slot = await _slot_of(attendance, person)
    try:
        await accept(attendance, school=person.school, by=person.account, now=now)
    except Refusal as no:
        return await slot_page(slot, person, now, status=no.status, refusal=no)
    return done(f"/lycee/creneaux/{slot}", "venue-acceptee")


@post("/lycee/venues/{attendance:int}/refus", opt=HOST)
async def decline_company(
    request: AnyRequest,
    attendance: FromPath[int],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    slot = await _slot_of(attendance, person)
    form = Form(await request.form())
    field = f"venue-{attendance}"
    reason = form.text(field, label="Raison", most=REASON_MOST, required=False)
    try:
        form.refuse_if_wrong()
        await decline(attendance, reason=reason, school=person.school, by=person.account, now=now)
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors[field] = form.errors.get(field) or no.errors.get("reason", no.sentence)
        refusal = None if isinstance(no, Invalid) else no
        more = {"form": form, "refusal": refusal, "declining_company": attendance}
        return await slot_page(slot, person, now, status=no.status, **more)
    return done(f"/lycee/creneaux/{slot}", "venue-declinee")


async def _slot_of(attendance: int, person: Host) -> int:
    seen = await coming(attendance, company=None)
    if seen is None or seen.host != person.school:
        raise NotFound()
    return seen.slot
