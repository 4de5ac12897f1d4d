"""How groups come to the lycée, who signs for it, whom a slot mobilises: told once, for all its workshops."""

from __future__ import annotations

from litestar import get, post
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from workshops.contributions.queries import staff_of
from workshops.contributions.tell_hosts import SayStaff, say_staff
from workshops.events.record import record
from workshops.school_calendar.rules import paris_day, school_year_of, year_words
from workshops.schools.queries import Welcomed, welcomed_at
from workshops.schools.tell_arrival import TellArrival, tell_arrival
from workshops.slots.close_by import SayNotice, say_notice


@renders("host/arrival.html", acts={"asked": TellArrival, "notice": SayNotice, "mobilised": SayStaff})
class OwnArrival(Page, frozen=True):
    """`staff`: how many people a slot mobilises besides those who receive, in the school `year`; None is unknown."""

    kept: Welcomed
    staff: int | None
    year: str


@get("/lycee/venir", opt=may("slots.open"))
async def own_arrival(person: AsHost, now: Now) -> Template:
    year = school_year_of(paris_day(now))
    staff = await staff_of(person.school, year=year)
    return page(OwnArrival(await welcomed_at(person.school), staff, year_words(year)))


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


@post("/lycee/venir/personnels", opt=may("slots.open"))
@form_act(SayStaff, page=own_arrival.fn)
async def change_staff(asked: SayStaff, person: AsHost, now: Now) -> Redirect:
    """The whole school year counts with it."""
    changed = await say_staff(person.school, asked, by=person.account, now=now)
    return done("/lycee/venir", "personnels-dits" if changed else "rien-change")
