"""How groups come to the lycée, and who signs for it: told once, for all its workshops."""

from __future__ import annotations

from litestar import get, post
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from workshops.events.record import record
from workshops.schools.queries import Welcomed, welcomed_at
from workshops.schools.tell_arrival import TellArrival, tell_arrival
from workshops.slots.close_by import SayNotice, say_notice


@renders("host/arrival.html", acts={"asked": TellArrival, "notice": SayNotice})
class OwnArrival(Page, frozen=True):
    kept: Welcomed


@get("/lycee/venir", opt=may("slots.open"))
async def own_arrival(person: AsHost) -> Template:
    return page(OwnArrival(kept=await welcomed_at(person.school)))


@post("/lycee/venir", opt=may("slots.open"))
@form_act(TellArrival, page=own_arrival.fn)
async def change_own_arrival(asked: TellArrival, person: AsHost, now: Now) -> Redirect:
    await tell_arrival(person.school, asked)
    await record("arrival_setting", by=person.account, about_kind="school", about=person.school, now=now)
    return done("/lycee/venir", "venue-dite")


@post("/lycee/venir/delai", opt=may("slots.open"))
@form_act(SayNotice, page=own_arrival.fn)
async def change_notice(asked: SayNotice, person: AsHost, now: Now) -> Redirect:
    """Its open slots to come follow at once."""
    await say_notice(person.school, asked, by=person.account, now=now)
    return done("/lycee/venir", "delai-dit")
