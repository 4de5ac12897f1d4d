"""The lines of a BTS+1 course: its dated steps, its yearly counts, its mobilities, who makes it, its feeder BTS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose import company_in
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import Keeper, Now, may
from booking.web.bts1.course import course_page, school_years, seen_by
from workshops.bts1.add_up import AFTERWARDS, RecordIntake
from workshops.bts1.keep_lines import (
    FEEDER,
    INTAKE,
    MOBILITY,
    PARTNER,
    STEP,
    AddFeeder,
    AddPartner,
    RecordMobility,
    RecordStep,
    add_feeder,
    add_partner,
    record_intake,
    record_mobility,
    record_step,
    take_line_back,
)
from workshops.bts1.queries import CourseCard, IntakeLine
from workshops.bts1.rules import FIRST_YEAR, KINDS, CoursePartnerKind, last_year
from workshops.partners.queries import partner
from workshops.refusals import NotFound
from workshops.school_calendar.rules import year_words


@post("/bts1/{course:int}/etapes", opt=may("records.keep"))
@form_act(RecordStep, page=course_page)
async def note_step(asked: RecordStep, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await record_step(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "etape-notee")


@post("/bts1/{course:int}/etapes/{step:str}/retrait", opt=may("records.keep"))
async def take_step_back(course: FromPath[int], step: FromPath[str], person: Keeper, now: Now) -> Redirect:
    await take_line_back(STEP, course, step, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "etape-retiree")


@renders("bts1/intake.html", acts={"asked": RecordIntake})
class IntakeForm(Page, frozen=True):
    """The counts of one year, `known` when some are noted."""

    course: CourseCard
    year: int
    words: str
    years: Mapping[str, str]
    known: IntakeLine | None
    afterwards: Sequence[str]


@get("/bts1/{course:int}/effectifs/{school_year:int}", opt=may("records.keep"))
async def intake_page(course: FromPath[int], school_year: FromPath[int], person: Keeper, now: Now) -> Template:
    if not FIRST_YEAR <= school_year <= last_year(now):
        raise NotFound()
    sheet = await seen_by(person, course, now=now)
    shown = IntakeForm(
        course=sheet.card,
        year=school_year,
        words=year_words(school_year),
        years=school_years(now),
        known=next((intake for intake in sheet.intakes if intake.school_year == school_year), None),
        afterwards=AFTERWARDS,
    )
    return page(shown)


@post("/bts1/{course:int}/effectifs/{school_year:int}", opt=may("records.keep"))
@form_act(RecordIntake, page=intake_page.fn)
async def note_intake(asked: RecordIntake, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await record_intake(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "effectifs-notes")


@post("/bts1/{course:int}/effectifs/{school_year:int}/retrait", opt=may("records.keep"))
async def take_intake_back(course: FromPath[int], school_year: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await take_line_back(INTAKE, course, school_year, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "effectifs-retires")


@post("/bts1/{course:int}/mobilites", opt=may("records.keep"))
@form_act(RecordMobility, page=course_page)
async def note_mobility(asked: RecordMobility, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await record_mobility(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "mobilite-notee")


@post("/bts1/{course:int}/mobilites/{mobility:int}/retrait", opt=may("records.keep"))
async def take_mobility_back(course: FromPath[int], mobility: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await take_line_back(MOBILITY, course, mobility, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "mobilite-retiree")


async def _company(form: Form) -> int | None:
    """The company that was named, unless a member of the consortium was chosen."""
    named = not form.typed.get("maker") and form.typed.get("company", "").strip()
    company = await company_in(form) if named else None
    return company.id if company else None


async def _kind(form: Form) -> str:
    """What the member or the company that was chosen is, otherwise what was said."""
    if chosen := form.typed.get("maker", ""):
        member = await partner(int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < 8 else None
        return member.kind if member is not None and member.kind in KINDS else CoursePartnerKind.AUTRE
    if form.typed.get("company", "").strip():
        return CoursePartnerKind.ENTREPRISE
    return form.choice("kind", KINDS, label="Type")


@post("/bts1/{course:int}/partenaires", opt=may("records.keep"))
@form_act(AddPartner, page=course_page, kind=_kind, company=_company)
async def join_course(asked: AddPartner, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await add_partner(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-completee")


@post("/bts1/{course:int}/partenaires/{line:int}/retrait", opt=may("records.keep"))
async def leave_course(course: FromPath[int], line: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await take_line_back(PARTNER, course, line, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-ligne-retiree")


@post("/bts1/{course:int}/bts", opt=may("records.keep"))
@form_act(AddFeeder, page=course_page)
async def feed_course(asked: AddFeeder, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await add_feeder(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-completee")


@post("/bts1/{course:int}/bts/{feeder:int}/retrait", opt=may("records.keep"))
async def stop_feeding(course: FromPath[int], feeder: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await take_line_back(FEEDER, course, feeder, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-ligne-retiree")
