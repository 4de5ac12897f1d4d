"""A company changes a coming: how many people, to do what, with which message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.answers import done, page
from booking.door.forms import Form
from booking.door.guards import COMPANY
from booking.people.accounts.queries import CompanyPerson
from booking.visits.attendance.change import change
from booking.visits.attendance.queries import coming, session
from booking.visits.attendance.rules import LIVE, OPEN, PEOPLE_MOST
from booking.web.company.comings import told_in
from workshops.refusals import Invalid, NotFound, Refusal


@get("/venues/{attendance:int}", opt=COMPANY)
async def coming_page(
    attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template:
    return await _coming_page(attendance, person, now)


async def _coming_page(
    attendance: int, person: CompanyPerson, now: datetime, *, status: int = 200, form: Form | None = None, **more: Any
) -> Template:
    company = person.company
    seen = await coming(attendance, company=company)
    at = None if seen is None else await session(seen.slot, company=company)
    if seen is None or at is None:
        raise NotFound()
    return page(
        "company/change_coming.html",
        status=status,
        person=person,
        coming=seen,
        session=at,
        changeable=seen.state in LIVE and seen.slot_state in OPEN and seen.starts_at > now,
        people_most=min(PEOPLE_MOST, seen.people + at.places_free),
        form=form,
        **more,
    )


@post("/venues/{attendance:int}", opt=COMPANY)
async def change_coming(
    request: Request[Any, Any, Any],
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
        refusal = None if isinstance(no, Invalid) else no
        return await _coming_page(attendance, person, now, status=no.status, form=form, refusal=refusal)
    return done("/entreprise", "venue-changee")
