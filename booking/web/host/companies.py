"""A lycée answers the companies that come to its slots."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import done
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from booking.visits.attendance.acts import DeclineComing
from booking.visits.attendance.change import accept, decline
from booking.visits.attendance.queries import coming
from booking.web.host.slots import slot_page
from workshops.acts import Act
from workshops.refusals import or_not_found


async def slot_of_coming(
    attendance: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template:
    return await slot_page(await _slot_of(attendance, person), person, now)


@post("/lycee/venues/{attendance:int}/acceptation", opt=may("visits.receive"))
@form_act(Act, page=slot_of_coming)
async def accept_company(
    attendance: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    slot = await _slot_of(attendance, person)
    await accept(attendance, school=person.school, by=person.account, now=now)
    return done(f"/lycee/creneaux/{slot}", "venue-acceptee")


@post("/lycee/venues/{attendance:int}/refus", opt=may("visits.receive"))
@form_act(DeclineComing, page=slot_of_coming, each="attendance")
async def decline_company(
    asked: DeclineComing, attendance: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    slot = await _slot_of(attendance, person)
    await decline(attendance, asked, school=person.school, by=person.account, now=now)
    return done(f"/lycee/creneaux/{slot}", "venue-declinee")


async def _slot_of(attendance: int, person: Host) -> int:
    return or_not_found(await coming(attendance, scope=person.scope)).slot
