"""A company changes a coming: how many people, to do what, with which message."""

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
from booking.door.rights.guards import COMPANY
from booking.people.accounts.queries import CompanyPerson
from booking.visits.attendance.change import change
from booking.visits.attendance.name_visitors import name_visitors
from booking.visits.attendance.queries import Coming, SlotForCompany, coming, named_by, session
from booking.visits.attendance.rules import PEOPLE_MOST, may_change
from booking.web.company.comings import told_in
from workshops.refusals import Invalid, NotFound, Refusal


@dataclass(frozen=True)
class ChangeComing(Page, template="company/change_coming.html"):
    """`visitors`: the names that its company has given for the lycée's register, one a line."""

    coming: Coming
    session: SlotForCompany
    changeable: bool
    people_most: int
    visitors: str
    form: Form | None = None
    named: Form | None = None
    refusal: Refusal | None = None


@get("/venues/{attendance:int}", opt=COMPANY)
async def coming_page(
    attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template:
    return await _coming_page(attendance, person, now)


async def _coming_page(
    attendance: int, person: CompanyPerson, now: datetime, *, status: int = 200, **told: Any
) -> Template:
    company = person.company
    seen = await coming(attendance, company=company)
    at = None if seen is None else await session(seen.slot, company=company)
    if seen is None or at is None:
        raise NotFound()
    shown = ChangeComing(
        coming=seen,
        session=at,
        changeable=may_change(seen.state, slot=seen.slot_state, starts_at=seen.starts_at, now=now),
        visitors=await named_by(company, attendance=attendance),
        people_most=min(PEOPLE_MOST, seen.people + at.places_free),
        **told,
    )
    return page(shown, status=status)


@post("/venues/{attendance:int}", opt=COMPANY)
async def change_coming(
    request: AnyRequest,
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    try:
        await change(attendance, **told_in(form), company=person.company, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        form.errors.update(no.errors if isinstance(no, Invalid) else {})
        refusal = None if isinstance(no, Invalid) else no
        return await _coming_page(attendance, person, now, status=no.status, form=form, refusal=refusal)
    return done("/entreprise", "venue-changee")


@post("/venues/{attendance:int}/visiteurs", opt=COMPANY)
async def keep_visitors(
    request: AnyRequest,
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    names = form.text("visitors", label="Visiteurs", most=900, required=False, lines=True)
    try:
        form.refuse_if_wrong()
        await name_visitors(attendance, company=person.company, names=names, by=person.account, now=now)
    except NotFound:
        raise
    except Invalid as no:
        form.errors.update(no.errors)
        return await _coming_page(attendance, person, now, status=no.status, named=form)
    except Refusal as no:
        return await _coming_page(attendance, person, now, status=no.status, refusal=no)
    return done(f"/venues/{attendance}", "visiteurs-nommes" if names else "visiteurs-effaces")
