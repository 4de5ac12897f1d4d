"""The collège's own settings: the principal's visa."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.answers import Page, done, page
from booking.door.forms import Form
from booking.door.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.visits.principals.confirm import ask_again, set_visa
from workshops.refusals import Invalid
from workshops.schools.queries import Visa, visa_of

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class OwnCollege(Page, template="school/college.html"):
    school_name: str
    visa: Visa
    form: Form | None = None


@get("/mon-college", opt=TEACHER)
async def own_college(person: NamedDependency[Teacher]) -> Template:
    return page(OwnCollege(school_name=person.school_name, visa=await visa_of(person.school)))


@post("/mon-college", opt=TEACHER)
async def change_own_college(
    request: AnyRequest, person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    name = form.text("principal_name", label="Nom", most=120, required=False)
    mail = form.text("principal_mail", label="Adresse", most=254, required=False)
    try:
        form.refuse_if_wrong()
        asked = await set_visa(
            person.school,
            needed=form.ticked("needed"),
            principal_name=name,
            principal_mail=mail,
            by=person.account,
            token=secrets.token_urlsafe(32),
            now=now,
        )
    except Invalid as no:
        form.errors.update(no.errors)
        visa = await visa_of(person.school)
        return page(OwnCollege(school_name=person.school_name, visa=visa, form=form), status=422)
    return done("/mon-college", "adresse-a-confirmer" if asked else "college-change")


@post("/mon-college/adresse", opt=TEACHER)
async def ask_mailbox_again(person: NamedDependency[Teacher], now: NamedDependency[datetime]) -> Redirect:
    asked = await ask_again(person.school, by=person.account, token=secrets.token_urlsafe(32), now=now)
    return done("/mon-college", "adresse-redemandee" if asked else "college-change")
