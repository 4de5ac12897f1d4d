"""Who makes a BTS+1 course with the lycée, and which BTS lead to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose_company import company_in
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.web.bts1.seen import course_page
from workshops.bts1.add_partner import add_feeder, add_partner, remove_feeder, remove_partner
from workshops.bts1.rules import KINDS
from workshops.partners.queries import partner
from workshops.refusals import Invalid


@post("/bts1/{course:int}/partenaires", opt=RECORD_OWNERS)
async def join_course(
    request: AnyRequest, course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    try:
        asked = await _maker(form)
        form.refuse_if_wrong()
        await add_partner(course, **asked, school=school_of(person), by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await course_page(person, course, now=now, status=no.status, form=form)
    return done(f"/bts1/{course}", "formation-completee")


async def _maker(form: Form) -> dict[str, Any]:
    """A member of the consortium, a company that is registered, otherwise another body by its name."""
    chosen, _, number = form.typed.get("maker", "").partition("-")
    if not chosen and form.typed.get("company", "").strip():
        company = await company_in(form)
        return {"kind": "entreprise", "company": company.id if company else None}
    if chosen and number.isascii() and number.isdigit() and len(number) < 8:
        known = await partner(int(number)) if chosen == "membre" else None
        if known is not None:
            return {"kind": known.kind if known.kind in KINDS else "autre", "partner": known.id}
    if chosen:
        form.errors["maker"] = "Partenaire : choisissez dans la liste."
    return {
        "kind": form.choice("kind", KINDS, label="Type"),
        "name": form.text("name", label="Nom du partenaire", most=160),
    }


@post("/bts1/{course:int}/partenaires/{line:int}/retrait", opt=RECORD_OWNERS)
async def leave_course(
    course: FromPath[int], line: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    await remove_partner(course, line, school=school_of(person), by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-ligne-retiree")


@post("/bts1/{course:int}/bts", opt=RECORD_OWNERS)
async def feed_course(
    request: AnyRequest, course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    bts = form.text("bts", label="BTS", most=160)
    taught = form.typed.get("taught_at", "").strip()
    taught_at = form.whole("taught_at", 1, 999_999, label="Lycée") if taught else None
    try:
        form.refuse_if_wrong()
        await add_feeder(course, bts=bts, taught_at=taught_at, school=school_of(person), by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await course_page(person, course, now=now, status=no.status, form=form)
    return done(f"/bts1/{course}", "formation-completee")


@post("/bts1/{course:int}/bts/{feeder:int}/retrait", opt=RECORD_OWNERS)
async def stop_feeding(
    course: FromPath[int], feeder: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    await remove_feeder(course, feeder, school=school_of(person), by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-ligne-retiree")
