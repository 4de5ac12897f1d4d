"""Where the BTS+1 courses stand: all of them for the coordinator, its own for a lycée; a new one."""

from __future__ import annotations

from collections.abc import Callable

from litestar import get, post
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Keeper, Now, may
from booking.programme.figures.scheme_sheets import COURSES_RULE, STAYS_RULE, mean_words
from booking.web.bts1.course import board_of, lycees_by_number
from workshops.programmes.bts1.draft_course import DraftCourse, draft_course
from workshops.programmes.bts1.follow_courses import CourseYear, StayYear, course_years, stay_years
from workshops.programmes.bts1.queries import CourseCard, courses, totals
from workshops.programmes.bts1.rules import ORDER
from workshops.programmes.targets.metrics import metric_of
from workshops.programmes.targets.queries import TargetCard, targets
from workshops.scope import EVERYTHING, of_school

PREPARING, OPEN = ORDER[: ORDER.index("ouverte")], ORDER[ORDER.index("ouverte") :]


@renders("bts1/board.html")
class CourseBoard(Page, frozen=True):
    """All courses, counted in the days of the target where there is one, otherwise as they stand; then all of them
    together by school year. `accompanied_rule` says which of them are accompanied."""

    courses: list[CourseCard]
    aim: TargetCard | None
    opened: int
    accompanied: int
    preparing: int
    stopped: int
    late: int
    accompanied_rule: str
    years: list[CourseYear]
    stays: list[StayYear]
    mean_words: Callable[[StayYear], str]
    courses_rule: str
    stays_rule: str


@renders("bts1/own.html")
class OwnCourses(Page, frozen=True):
    courses: list[CourseCard]


@renders("bts1/new.html", acts={"asked": DraftCourse})
class NewCoursePage(Page, frozen=True):
    """`lycees`: those to choose from, none for a lycée, whose own the course is."""

    back: str
    lycees: dict[str, str]


@get("/gestion/bts1", opt=may("records.all"))
async def all_courses(now: Now) -> Template:
    aims = [one for one in await targets() if (one.programme, one.metric) == ("bts1", "courses")]
    known = await courses(scope=EVERYTHING, now=now)
    aim = aims[0] if aims else None
    counted = await totals(from_on=aim.from_on, to_on=aim.to_on, now=now) if aim is not None else None
    stand = [one.stands.status for one in known]
    metric = metric_of("bts1", "courses")
    shown = CourseBoard(
        courses=known,
        aim=aim,
        accompanied=counted.accompanied if counted else sum(status in ORDER[1:] for status in stand),
        opened=counted.opened if counted else sum(status in OPEN for status in stand),
        preparing=counted.in_preparation if counted else sum(status in PREPARING for status in stand),
        stopped=stand.count("suspendue"),
        late=sum(one.stands.late for one in known),
        accompanied_rule=metric.beside_rule if metric else "",
        years=await course_years(scope=EVERYTHING),
        stays=await stay_years(scope=EVERYTHING),
        mean_words=mean_words,
        courses_rule=COURSES_RULE,
        stays_rule=STAYS_RULE,
    )
    return page(shown)


@get("/lycee/bts1", opt=may("records.own"))
async def own_courses(person: AsHost, now: Now) -> Template:
    return page(OwnCourses(await courses(scope=of_school(person.school), now=now)))


@get("/bts1/nouvelle", opt=may("records.keep"))
async def new_course(person: Keeper) -> Template:
    return page(NewCoursePage(board_of(person), {} if person.role == "host" else await lycees_by_number()))


@post("/bts1", opt=may("records.keep"))
@form_act(DraftCourse, page=new_course.fn)
async def add_course(asked: DraftCourse, person: Keeper, now: Now) -> Redirect:
    made = await draft_course(asked, school=person.scope.school, by=person.account, now=now)
    return done(f"/bts1/{made}", "formation-enregistree")
