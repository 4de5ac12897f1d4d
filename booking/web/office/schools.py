"""A school's page: all that is known of it, in one place, and what the coordination does there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import FRESH, AsCoordinator, Now, may
from booking.mails.digest.queries import waiting
from booking.mails.digest.rules import TITLES, WaitingAtLycee
from booking.outbox.journal.queries import Told, latest_about
from booking.programme.coordination.queries import SchoolFigures, SchoolPerson, figures_of_school, people_of_school
from booking.programme.figures.rates import RateFigure, rates_of_lycee
from booking.programme.lycee_year.give_data import give_data
from booking.programme.outreach.queries import writable
from booking.visits.absences.answer import mark_read
from booking.visits.absences.queries import AbsencesTold, absences_of
from booking.visits.principals.confirm import confirm, end_visa
from booking.visits.reservation_states import LIVE
from booking.visits.reservations.queries import Visit, visits_of_school
from booking.words.wording import paris, school_year_began
from workshops.catalogue.queries import WorkshopCard, workshops_of
from workshops.coverage.queries import classes_of_college
from workshops.coverage.rules import LevelClasses
from workshops.coverage.say_classes import SayClasses, say_classes
from workshops.partners.queries import PartnerCard, partner_that_is
from workshops.partners.welcome import WelcomePartner
from workshops.programmes.bts1.queries import CourseCard, courses
from workshops.programmes.ptech.queries import SchemeCard, schemes
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import year_words
from workshops.schools.mark_rural import MarkRural, mark_rural
from workshops.schools.queries import SchoolCard, Visa, department_names, school, visa_of
from workshops.scope import of_school
from workshops.slots.queries import HostSlot, slots_to_come

# Of its visits to come.
SHOWN = 6


@renders("office/school.html", acts={"asked": SayClasses, "joins": WelcomePartner})
class SchoolPage(Page, frozen=True):
    """`waits`: what a lycée is still asked for, each under its title in `kinds`; `classes`: of each level of a
    collège, how many of its groups may ask; `absences`: what it was asked about the visits that it missed;
    `rates`: what became of a lycée's visits in the school year. `slots` it receives next, `visits` a collège makes
    next; `writes`: whether a letter may leave to it; `workshops`, `schemes` and `courses` are a lycée's; `member`: what
    it is in the consortium; `told`: what was last done to it."""

    school: SchoolCard
    people: Sequence[SchoolPerson]
    figures: SchoolFigures
    waits: Sequence[WaitingAtLycee]
    kinds: Mapping[str, str]
    names: Mapping[str, str]
    visa: Visa
    classes: Sequence[LevelClasses]
    absences: Sequence[AbsencesTold]
    year: str
    rates: Sequence[RateFigure]
    slots: Sequence[HostSlot]
    visits: Sequence[Visit]
    workshops: Sequence[WorkshopCard]
    schemes: Sequence[SchemeCard]
    courses: Sequence[CourseCard]
    writes: bool
    member: PartnerCard | None
    told: Sequence[Told]
    today: date


@get("/gestion/etablissements/{number:int}", opt=may("schools.keep"))
async def one_school(number: FromPath[int], now: Now) -> Template:
    return await school_page(number, now)


async def school_page(number: FromPath[int], now: Now) -> Template:
    """All that is known of a school."""
    found, year = or_not_found(await school(number)), school_year_began(now).year
    receives, scope = found.kind == "lycee", of_school(number)
    coming = [] if receives else await visits_of_school(scope, coming=True, now=now)
    shown = SchoolPage(
        school=found,
        people=await people_of_school(number),
        figures=await figures_of_school(number, now=now),
        waits=await waiting(school=number, now=now) if receives else [],
        kinds=TITLES,
        names=await department_names(),
        visa=await visa_of(number),
        classes=await classes_of_college(number, year) if not receives else [],
        absences=await absences_of(number),
        year=year_words(year),
        rates=await rates_of_lycee(number, year) if receives else [],
        slots=await slots_to_come(number, now=now, limit=SHOWN) if receives else [],
        visits=[one for one in coming if one.state in LIVE][:SHOWN],
        workshops=await workshops_of(number) if receives else [],
        schemes=await schemes(scope=scope) if receives else [],
        courses=await courses(scope=scope, now=now) if receives else [],
        writes=(await writable([number], now=now)).get(number) == "",
        member=await partner_that_is(school=number) if receives else None,
        told=await latest_about("school", number),
        today=paris(now).date(),
    )
    return page(shown)


@get("/gestion/etablissements/{number:int}/classeur.xlsx", opt=may("records.all"))
async def lycee_workbook(number: FromPath[int], person: AsCoordinator, now: Now) -> Response[bytes]:
    """The workbook that the lycée takes from its own pages. Raises NotFound for a collège."""
    found = await school(number)
    lycee = or_not_found(found if found and found.kind == "lycee" else None)
    content = await give_data(lycee, scope=of_school(number), by=person.account, now=now)
    return download(content, name=f"technilab-donnees-{lycee.uai}-du-{paris(now).date().isoformat()}.xlsx")


@post("/gestion/etablissements/{number:int}/chef-etablissement", opt=may("schools.keep") | FRESH)
async def confirm_principal(number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await confirm(number, by=person.account, now=now)
    return done(f"/gestion/etablissements/{number}", "adresse-confirmee")


@post("/gestion/etablissements/{number:int}/fin-de-visa", opt=may("schools.keep"))
async def stop_visa(number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await end_visa(number, by=person.account, now=now)
    return done(f"/gestion/etablissements/{number}", "fin-de-visa")


@post("/gestion/etablissements/{number:int}/explication", opt=may("visits.correct"))
async def read_absences(number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await mark_read(number, by=person.account, now=now)
    return done("/gestion/a-faire", "explication-lue")


@post("/gestion/etablissements/{number:int}/classes", opt=may("schools.keep"))
@form_act(SayClasses, page=school_page)
async def say_number_of_classes(asked: SayClasses, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await say_classes(number, asked, by=person.account, now=now)
    return done(f"/gestion/etablissements/{number}", "classes-dites")


RURAL = {"oui": True, "non": False, "": None}


@post("/gestion/etablissements/{number:int}/commune", opt=may("schools.keep"))
async def mark_school(number: FromPath[int], request: AnyRequest, person: AsCoordinator, now: Now) -> Redirect:
    form = Form(await request.form())
    rural = form.choice("rural", RURAL, label="Commune", default="")
    form.refuse_if_wrong()
    await mark_rural(number, MarkRural(rural=RURAL[rural]), by=person.account, now=now)
    return done(f"/gestion/etablissements/{number}", "commune-notee")
