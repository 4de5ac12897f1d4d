"""One BTS+1 course: its page, its card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose import Suggestions, suggested
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import Keeper, Now, may
from booking.people.accounts.queries import Person
from booking.programme.figures.corrections import CorrectedWords, in_words
from booking.words.wording import paris, school_year_began
from workshops.bts1.add_up import AFTERWARDS, COUNTS, overbooked, unsituated
from workshops.bts1.draft_course import ChangeCourse, change_course, remove_course
from workshops.bts1.keep_lines import AddFeeder, AddPartner, RecordMobility, RecordStep
from workshops.bts1.queries import CourseCard, CourseSheet, course_sheet
from workshops.bts1.rules import KINDS, ORDER, STAYS, STEPS, CourseCounted, CourseStanding, DatedStep, last_year
from workshops.closed_years.queries import corrections
from workshops.partners.queries import partners
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import year_words
from workshops.schools.queries import lycees


@renders(
    "bts1/course.html", acts={"dating": RecordStep, "stay": RecordMobility, "maker": AddPartner, "feeder": AddFeeder}
)
class CoursePage(Page, frozen=True):
    """One course, with the forms that complete it; `form` is the one that was sent and refused."""

    back: str
    sheet: CourseSheet
    course: CourseCard
    stands: CourseStanding
    known: Mapping[str, DatedStep]
    steps: Mapping[str, str]
    order: Sequence[str]
    kinds: Mapping[str, str]
    stays: Mapping[str, str]
    counts: Mapping[str, str]
    afterwards: Sequence[str]
    overbooked: Callable[[int | None, int | None], int]
    unsituated: Callable[[Mapping[str, int | None]], int]
    year_words: Callable[[int], str]
    years: Mapping[str, str]
    this_year: int
    uncounted: Sequence[int]
    makers: Sequence[tuple[int | str, str]]
    corrected: Sequence[CorrectedWords]
    companies: Suggestions
    lycees: Mapping[str, str]
    today: date
    form: Form | None


def board_of(person: Person) -> str:
    """The address of the list that a course stands in."""
    return "/gestion/bts1" if person.role == "coordinator" else "/lycee/bts1"


async def seen_by(person: Person, course: int, *, now: datetime) -> CourseSheet:
    """The course, for whoever may keep it. Raises NotFound for another lycée's."""
    return or_not_found(await course_sheet(course, scope=person.scope, now=now))


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
    sheet = await seen_by(person, course, now=now)
    members = [member for member in await partners() if member.kind not in {"lycee", "entreprise"}]
    makers = [(member.id, member.name) for member in members]
    this = school_year_began(now).year
    shown = CoursePage(
        back=board_of(person),
        sheet=sheet,
        course=sheet.card,
        stands=sheet.card.stands,
        known={one.step: one for one in sheet.card.steps},
        steps=STEPS,
        order=ORDER,
        kinds=KINDS,
        stays=STAYS,
        counts=COUNTS,
        afterwards=AFTERWARDS,
        overbooked=overbooked,
        unsituated=unsituated,
        year_words=year_words,
        years=school_years(now),
        this_year=this,
        uncounted=[year for year in (this + 1, this) if year not in {one.school_year for one in sheet.intakes}],
        makers=[("", "Aucun"), *makers],
        corrected=in_words(await corrections(course=course)),
        companies=await suggested(form),
        lycees={"": "De tout lycée"} | await lycees_by_number(),
        today=paris(now).date(),
        form=form,
    )
    return page(shown)


@renders("bts1/card.html", acts={"asked": ChangeCourse})
class CourseForm(Page, frozen=True):
    """`has_counts`: pupils or mobilities are noted, the course stays."""

    course: CourseCard
    has_counts: bool
    refusal: CourseCounted | None = None


@get("/bts1/{course:int}/fiche", opt=may("records.keep"))
async def card_page(course: FromPath[int], person: Keeper, now: Now) -> Template:
    sheet = await seen_by(person, course, now=now)
    return page(CourseForm(sheet.card, bool(sheet.intakes or sheet.mobilities)))


@post("/bts1/{course:int}/fiche", opt=may("records.keep"))
@form_act(ChangeCourse, page=card_page.fn)
async def correct_card(asked: ChangeCourse, course: FromPath[int], person: Keeper, now: Now) -> Redirect:
    await change_course(course, asked, scope=person.scope, by=person.account, now=now)
    return done(f"/bts1/{course}", "formation-enregistree")


@post("/bts1/{course:int}/retrait", opt=may("records.keep"))
async def take_course_back(course: FromPath[int], person: Keeper, now: Now) -> Template | Redirect:
    try:
        await remove_course(course, scope=person.scope, by=person.account, now=now)
    except CourseCounted as no:
        sheet = await seen_by(person, course, now=now)
        return page(CourseForm(sheet.card, has_counts=True, refusal=no), status=no.status)
    return done(board_of(person), "formation-retiree")
