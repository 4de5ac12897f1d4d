"""One BTS+1 course: its page, its steps, its card."""

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
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.web.bts1.seen import board_of, course_page, seen_by
from workshops.bts1.draft_course import change_course, remove_course
from workshops.bts1.queries import CourseCard
from workshops.bts1.record_step import forget_step, record_step
from workshops.bts1.rules import STEPS
from workshops.refusals import Invalid, Refusal


@dataclass(frozen=True)
class CourseForm(Page, template="bts1/card.html"):
    """`has_counts`: pupils or mobilities are noted, the course stays."""

    course: CourseCard
    has_counts: bool
    form: Form | None = None
    refusal: Refusal | None = None


@get("/bts1/{course:int}", opt=RECORD_OWNERS)
async def one_course(
    course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template:
    return await course_page(person, course, now=now)


@post("/bts1/{course:int}/etapes", opt=RECORD_OWNERS)
async def note_step(
    request: AnyRequest, course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    step = form.choice("step", STEPS, label="Étape")
    step_on = form.date("step_on", label="Date")
    planned = form.choice("planned", {"oui", "non"}, label="Franchie ou prévue", default="non") == "oui"
    try:
        form.refuse_if_wrong()
        await record_step(
            course, step=step, step_on=step_on, planned=planned, school=school_of(person), by=person.account, now=now
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await course_page(person, course, now=now, status=no.status, form=form)
    return done(f"/bts1/{course}", "etape-notee")


@post("/bts1/{course:int}/etapes/{step:str}/retrait", opt=RECORD_OWNERS)
async def take_step_back(
    course: FromPath[int],
    step: FromPath[str],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> Redirect:
    await forget_step(course, step, school=school_of(person), by=person.account, now=now)
    return done(f"/bts1/{course}", "etape-retiree")


@get("/bts1/{course:int}/fiche", opt=RECORD_OWNERS)
async def card_page(
    course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template:
    return await _card_page(person, course, now)


async def _card_page(
    person: Host | Coordinator, course: int, now: datetime, *, status: int = 200, **more: Any
) -> Template:
    sheet = await seen_by(person, course, now=now)
    return page(CourseForm(sheet.card, bool(sheet.intakes or sheet.mobilities), **more), status=status)


@post("/bts1/{course:int}/fiche", opt=RECORD_OWNERS)
async def correct_card(
    request: AnyRequest, course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    title = form.text("title", label="Nom de la formation", most=120)
    field = form.text("field", label="Domaine", most=120)
    note = form.text("note", label="Précisions", most=1000, required=False, lines=True)
    try:
        form.refuse_if_wrong()
        await change_course(
            course, title=title, field=field, note=note, school=school_of(person), by=person.account, now=now
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await _card_page(person, course, now, status=no.status, form=form)
    except Refusal as no:
        if no.status == 404:
            raise
        return await _card_page(person, course, now, status=no.status, form=form, refusal=no)
    return done(f"/bts1/{course}", "formation-enregistree")


@post("/bts1/{course:int}/retrait", opt=RECORD_OWNERS)
async def take_course_back(
    course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await remove_course(course, school=school_of(person), by=person.account, now=now)
    except Refusal as no:
        if no.status == 404:
            raise
        return await _card_page(person, course, now, status=no.status, refusal=no)
    return done(board_of(person), "formation-retiree")
