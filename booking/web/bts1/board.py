"""Where the BTS+1 courses stand: all of them for the coordinator, its own for a lycée; a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COORDINATOR, HOST, AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host, Person
from booking.web.bts1.seen import board_of, lycees_by_number
from booking.words.wording import paris
from workshops.bts1.draft_course import draft_course
from workshops.bts1.queries import Bts1Totals, CourseCard, courses, totals
from workshops.bts1.rules import ORDER, STEPS
from workshops.programmes.queries import TargetCard, targets
from workshops.refusals import Invalid, Refusal

PREPARING, OPEN = ORDER[: ORDER.index("ouverte")], ORDER[ORDER.index("ouverte") :]


@dataclass(frozen=True)
class CourseBoard(Page, template="bts1/board.html"):
    """All courses, counted in the days of the target where there is one, otherwise as they stand."""

    courses: list[CourseCard]
    aim: TargetCard | None
    opened: int
    accompanied: int
    preparing: int
    stopped: int
    late: int
    steps: Mapping[str, str]


@dataclass(frozen=True)
class OwnCourses(Page, template="bts1/own.html"):
    courses: list[CourseCard]
    steps: Mapping[str, str]


@dataclass(frozen=True)
class NewCoursePage(Page, template="bts1/new.html"):
    """`lycees`: those to choose from, none for a lycée, whose own the course is."""

    back: str
    lycees: dict[str, str]
    form: Form | None = None
    refusal: Refusal | None = None


@get("/gestion/bts1", opt=COORDINATOR)
async def all_courses(now: NamedDependency[datetime]) -> Template:
    aims = [one for one in await targets() if (one.programme, one.metric) == ("bts1", "courses")]
    known = await courses(school=None, now=now)
    aim = aims[0] if aims else None
    counted = await totals(from_on=aim.from_on, to_on=aim.to_on, now=now) if aim is not None else None
    return page(_board(known, aim, counted))


@get("/lycee/bts1", opt=HOST)
async def own_courses(person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    return page(OwnCourses(await courses(school=person.school, now=now), STEPS))


def _board(known: list[CourseCard], aim: TargetCard | None, counted: Bts1Totals | None) -> CourseBoard:
    stand = [one.stands.status for one in known]
    return CourseBoard(
        courses=known,
        aim=aim,
        accompanied=counted.accompanied if counted else sum(status in {*PREPARING, *OPEN} for status in stand),
        opened=counted.opened if counted else sum(status in OPEN for status in stand),
        preparing=counted.in_preparation if counted else sum(status in PREPARING for status in stand),
        stopped=stand.count("suspendue"),
        late=sum(one.stands.late for one in known),
        steps=STEPS,
    )


@get("/bts1/nouvelle", opt=RECORD_OWNERS)
async def new_course(person: AnyOf[Host | Coordinator]) -> Template:
    return await _form_page(person)


async def _form_page(person: Person, *, status: int = 200, **more: Any) -> Template:
    lycees = {} if person.role == "host" else await lycees_by_number()
    return page(NewCoursePage(board_of(person), lycees, **more), status=status)


@post("/bts1", opt=RECORD_OWNERS)
async def add_course(
    request: AnyRequest, person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    title = form.text("title", label="Nom de la formation", most=120)
    field = form.text("field", label="Domaine", most=120)
    note = form.text("note", label="Précisions", most=1000, required=False, lines=True)
    idea_on: date | None = form.date("idea_on", label="L'idée date du") if form.typed.get("idea_on") else None
    if idea_on is not None and idea_on > paris(now).date():
        form.errors["idea_on"] = "L'idée date du : ce jour n'est pas encore venu."
    school = school_of(person)
    if school is None:
        school = form.whole("school", 1, 999_999, label="Lycée")
        if "school" in form.errors:
            form.errors["school"] = "Lycée : choisissez dans la liste."
    try:
        form.refuse_if_wrong()
        made = await draft_course(
            school=school, title=title, field=field, note=note, idea_on=idea_on, by=person.account, now=now
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await _form_page(person, status=no.status, form=form)
    except Refusal as no:
        return await _form_page(person, status=no.status, form=form, refusal=no)
    return done(f"/bts1/{made}", "formation-enregistree")
