"""A company changes a coming: how many people, to do what, with which message."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import CompanyPerson
from booking.visits.attendance.acts import NameVisitors, TellComing
from booking.visits.attendance.change import change, name_visitors
from booking.visits.attendance.queries import Coming, SlotForCompany, coming, named_by, session
from booking.visits.attendance.rules import may_change
from workshops.refusals import or_not_found


@renders("company/change_coming.html", acts={"asked": TellComing, "register": NameVisitors})
class ChangeComing(Page, frozen=True):
    """`visitors`: the names that its company has given for the lycée's register, one a line."""

    coming: Coming
    session: SlotForCompany
    changeable: bool
    visitors: str


@get("/venues/{attendance:int}", opt=may("comings.announce"))
async def coming_page(
    attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template:
    seen = or_not_found(await coming(attendance, scope=person.scope))
    shown = ChangeComing(
        coming=seen,
        session=or_not_found(await session(seen.slot, company=person.company)),
        changeable=may_change(seen.state, slot=seen.slot_state, starts_at=seen.starts_at, now=now),
        visitors=await named_by(person.company, attendance=attendance),
    )
    return page(shown)


@post("/venues/{attendance:int}", opt=may("comings.announce"))
@form_act(TellComing, page=coming_page.fn)
async def change_coming(
    asked: TellComing,
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    now: NamedDependency[datetime],
) -> Redirect:
    await change(attendance, asked, company=person.company, by=person.account, now=now)
    return done("/entreprise", "venue-changee")


@post("/venues/{attendance:int}/visiteurs", opt=may("comings.announce"))
@form_act(NameVisitors, page=coming_page.fn)
async def keep_visitors(
    asked: NameVisitors,
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    now: NamedDependency[datetime],
) -> Redirect:
    await name_visitors(attendance, asked, company=person.company, by=person.account, now=now)
    return done(f"/venues/{attendance}", "visiteurs-nommes" if asked.visitors else "visiteurs-effaces")
