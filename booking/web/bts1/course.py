"""One BTS+1 course: its page, its card, and its lines, dated steps, yearly counts, mobilities, partners, feeder BTS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose import Suggestions, company_in, suggested
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import Keeper, Now, may
from booking.people.accounts.queries import Person
from booking.programme.figures.corrections import CorrectedWords, in_words
from booking.words.wording import paris, school_year_began
from workshops.acts import Act
from workshops.closed_years.queries import corrections
from workshops.partners.queries import partner, partners
from workshops.programmes.bts1 import keep_lines as lines
from workshops.programmes.bts1.add_up import IntakeCounts, RecordIntake
from workshops.programmes.bts1.draft_course import ChangeCourse, change_course, remove_course
from workshops.programmes.bts1.queries import CourseCard, CourseSheet, course_sheet
from workshops.programmes.bts1.rules import (
    FIRST_YEAR,
    KINDS,
    CoursePartnerKind,
    DatedStep,
    countries,
    last_year,
)
from workshops.refusals import NotFound
from workshops.school_calendar.rules import year_words
from workshops.schools.queries import lycees


@renders(
    "bts1/course.html",
    acts={
        "dating": lines.RecordStep,
        "counting": RecordIntake,
        "stay": lines.RecordMobility,
        "maker": lines.AddPartner,
        "feeder": lines.AddFeeder,
    },
)
class CoursePage(Page, frozen=True):
    """One course, with the forms that complete it. `begun` are the school years in which people went abroad or came."""

    back: str
    sheet: CourseSheet
    course: CourseCard
    known: Mapping[str, DatedStep]
    begun: Mapping[str, str]
    countries: Sequence[str]
    this_year: int
    uncounted: Sequence[int]
    makers: Sequence[tuple[int | str, str]]
    corrected: Sequence[CorrectedWords]
    companies: Suggestions
    lycees: Mapping[str, str]
    today: date


def board_of(person: Person) -> str:
    """The address of the list that a course stands in."""
    return "/gestion/bts1" if person.role == "coordinator" else "/lycee/bts1"


async def lycees_by_number() -> dict[str, str]:
    """Every lycée, to choose from."""
    return {str(one.id): f"{one.commune}, {one.name}" for one in await lycees()}


def school_years(now: datetime) -> dict[str, str]:
    """The school years to choose from: the next one, this one and those before, latest first."""
    last = last_year(now)
    return {str(year): year_words(year) for year in range(last, last - 7, -1)}


@get("/bts1/{course:int}", opt=may("records.keep"))
async def one_course(course: FromPath[int], person: Keeper, now: Now) -> Template:
    return await course_page(course, person, now)


async def course_page(course: FromPath[int], person: Keeper, now: Now, *, form: Form | None = None) -> Template:
    """Raises NotFound for another lycée's course."""
    sheet = await course_sheet(course, scope=person.scope, now=now)
    members = [member for member in await partners() if member.kind not in {"lycee", "entreprise"}]
    makers = [(member.id, member.name) for member in members]
    this = school_year_began(now).year
    shown = CoursePage(
        back=board_of(person),
        sheet=sheet,
        course=sheet.card,
        known={one.step: one for one in sheet.card.steps},
        begun={year: words for year, words in school_years(now).items() if int(year) <= this},
        countries=countries(),
        this_year=this,
        uncounted=[year for year in (this + 1, this) if year not in {one.school_year for one in sheet.intakes}],
        makers=[("", "Aucun"), *makers],
        corrected=in_words(await corrections(course=course)),
        companies=await suggested(form),
        lycees={"": "De tout lycée"} | await lycees_by_number(),
        today=paris(now).date(),
    )
    return page(shown)


@renders("bts1/card.html", acts={"asked": ChangeCourse})
class CourseForm(Page, frozen=True):
    """`has_counts`: pupils or mobilities are noted, the course stays."""

    course: CourseCard
    has_counts: bool


@get("/bts1/{course:int}/fiche", opt=may("records.keep"))
async def card_page(course: FromPath[int], person: Keeper, now: Now) -> Template:
    sheet = await course_sheet(course, scope=person.scope, now=now)
    return page(CourseForm(sheet.card, bool(sheet.intakes or sheet.mobilities)))


@post("/bts1/{course:int}/fiche", opt=may("records.keep"))
@form_act(ChangeCourse, page=card_page.fn)
async def correct_card(asked: ChangeCourse, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await change_course(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-enregistree")


@post("/bts1/{course:int}/retrait", opt=may("records.keep"))
@form_act(Act, page=card_page.fn)
async def take_course_back(asked: Act, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await remove_course(course, scope=person.scope, by=person.account, now=now)
    return done(board_of(person), "formation-retiree")


@post("/bts1/{course:int}/etapes", opt=may("records.keep"))
@form_act(lines.RecordStep, page=course_page)
async def note_step(asked: lines.RecordStep, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.record_step(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "etape-notee", at="etapes")


@post("/bts1/{course:int}/etapes/{step:str}/retrait", opt=may("records.keep"))
async def take_step_back(course: FromPath[int], step: FromPath[str], person: Keeper, now: Now) -> Redirect:
    await lines.take_line_back(lines.STEP, course, step, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "etape-retiree", at="etapes")


@renders("bts1/intake.html", acts={"asked": RecordIntake})
class IntakeForm(Page, frozen=True):
    """The counts of one year, `known` when some are noted."""

    course: CourseCard
    year: int
    years: Mapping[str, str]
    known: IntakeCounts | None


@get("/bts1/{course:int}/effectifs/{school_year:int}", opt=may("records.keep"))
async def intake_page(course: FromPath[int], school_year: FromPath[int], person: Keeper, now: Now) -> Template:
    if not FIRST_YEAR <= school_year <= last_year(now):
        raise NotFound()
    sheet = await course_sheet(course, scope=person.scope, now=now)
    shown = IntakeForm(
        course=sheet.card,
        year=school_year,
        years=school_years(now),
        known=next((intake for intake in sheet.intakes if intake.school_year == school_year), None),
    )
    return page(shown)


@post("/bts1/{course:int}/effectifs/{school_year:int}", opt=may("records.keep"))
@form_act(RecordIntake, page=intake_page.fn)
async def note_intake(asked: RecordIntake, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.record_intake(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "effectifs-notes", at="effectifs")


@post("/bts1/{course:int}/effectifs/{school_year:int}/retrait", opt=may("records.keep"))
async def take_intake_back(course: FromPath[int], school_year: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.take_line_back(lines.INTAKE, course, school_year, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "effectifs-retires", at="effectifs")


@post("/bts1/{course:int}/mobilites", opt=may("records.keep"))
@form_act(lines.RecordMobility, page=course_page)
async def note_mobility(asked: lines.RecordMobility, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.record_mobility(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "mobilite-notee", at="mobilites")


@post("/bts1/{course:int}/mobilites/{mobility:int}/retrait", opt=may("records.keep"))
async def take_mobility_back(course: FromPath[int], mobility: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.take_line_back(lines.MOBILITY, course, mobility, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "mobilite-retiree", at="mobilites")


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
@form_act(lines.AddPartner, page=course_page, kind=_kind, company=_company)
async def join_course(asked: lines.AddPartner, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.add_partner(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-completee", at="partenaires")


@post("/bts1/{course:int}/partenaires/{line:int}/retrait", opt=may("records.keep"))
async def leave_course(course: FromPath[int], line: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.take_line_back(lines.PARTNER, course, line, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-ligne-retiree", at="partenaires")


@post("/bts1/{course:int}/bts", opt=may("records.keep"))
@form_act(lines.AddFeeder, page=course_page)
async def feed_course(asked: lines.AddFeeder, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.add_feeder(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-completee", at="partenaires")


@post("/bts1/{course:int}/bts/{feeder:int}/retrait", opt=may("records.keep"))
async def stop_feeding(course: FromPath[int], feeder: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await lines.take_line_back(lines.FEEDER, course, feeder, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-ligne-retiree", at="partenaires")
