"""The counts of a BTS+1 course: one page per school year, and its mobilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.web.bts1.seen import course_page, school_years, seen_by
from workshops.bts1.add_up import AFTERWARDS, COUNTS, MOST, MOST_APPLICANTS
from workshops.bts1.queries import CourseCard, IntakeLine
from workshops.bts1.record_intake import forget_intake, forget_mobility, record_intake, record_mobility
from workshops.bts1.rules import FIRST_YEAR, STAYS, last_year
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.rules import year_words


@dataclass(frozen=True)
class IntakeForm(Page, template="bts1/intake.html"):
    """The counts of one year, `known` when some are noted."""

    course: CourseCard
    year: int
    words: str
    years: Mapping[str, str]
    known: IntakeLine | None
    counts: Mapping[str, str]
    afterwards: Sequence[str]
    most: int
    most_applicants: int
    form: Form | None


@get("/bts1/{course:int}/effectifs/{year:int}", opt=RECORD_OWNERS)
async def intake_page(
    course: FromPath[int], year: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template:
    return await _intake_page(person, course, year, now)


async def _intake_page(
    person: Host | Coordinator, course: int, year: int, now: datetime, *, status: int = 200, form: Form | None = None
) -> Template:
    _refuse_year_ahead(year, now)
    sheet = await seen_by(person, course, now=now)
    known = next((one for one in sheet.intakes if one.school_year == year), None)
    shown = IntakeForm(
        course=sheet.card,
        year=year,
        words=year_words(year),
        years=school_years(now),
        known=known,
        counts=COUNTS,
        afterwards=AFTERWARDS,
        most=MOST,
        most_applicants=MOST_APPLICANTS,
        form=form,
    )
    return page(shown, status=status)


@post("/bts1/{course:int}/effectifs/{year:int}", opt=RECORD_OWNERS)
async def note_intake(
    request: AnyRequest,
    course: FromPath[int],
    year: FromPath[int],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    _refuse_year_ahead(year, now)
    form = Form(await request.form())
    counts = {
        name: form.whole(name, 0, MOST_APPLICANTS if name == "applicants" else MOST, label=label)
        if form.typed.get(name, "").strip()
        else None
        for name, label in COUNTS.items()
    }
    try:
        form.refuse_if_wrong()
        await record_intake(
            course, school_year=year, counts=counts, school=school_of(person), by=person.account, now=now
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await _intake_page(person, course, year, now, status=no.status, form=form)
    return done(f"/bts1/{course}", "effectifs-notes")


def _refuse_year_ahead(year: int, now: datetime) -> None:
    if not FIRST_YEAR <= year <= last_year(now):
        raise NotFound()


@post("/bts1/{course:int}/effectifs/{year:int}/retrait", opt=RECORD_OWNERS)
async def take_intake_back(
    course: FromPath[int], year: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    await forget_intake(course, year, school=school_of(person), by=person.account, now=now)
    return done(f"/bts1/{course}", "effectifs-retires")


@post("/bts1/{course:int}/mobilites", opt=RECORD_OWNERS)
async def note_mobility(
    request: AnyRequest, course: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    country = form.text("country", label="Pays", most=60)
    stay = form.choice("stay", STAYS, label="Motif")
    year = form.whole("stay_year", FIRST_YEAR, last_year(now), label="Année scolaire")
    people = form.whole("people", 1, MOST, label="Personnes")
    try:
        form.refuse_if_wrong()
        await record_mobility(
            course,
            school_year=year,
            country=country,
            kind=stay,
            people=people,
            school=school_of(person),
            by=person.account,
            now=now,
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await course_page(person, course, now=now, status=no.status, form=form)
    return done(f"/bts1/{course}", "mobilite-notee")


@post("/bts1/{course:int}/mobilites/{mobility:int}/retrait", opt=RECORD_OWNERS)
async def take_mobility_back(
    course: FromPath[int], mobility: FromPath[int], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    await forget_mobility(course, mobility, school=school_of(person), by=person.account, now=now)
    return done(f"/bts1/{course}", "mobilite-retiree")
