"""The register of schools: searching it, one school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form, Skipped
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AsCoordinator, Now, may
from booking.mails.digest.queries import waiting
from booking.mails.digest.rules import TITLES, WaitingAtLycee
from booking.programme.coordination.queries import SchoolFigures, SchoolPerson, figures_of_school, people_of_school
from booking.programme.figures.rates import RateFigure, rates_of_lycee
from booking.visits.absences.answer import mark_read
from booking.visits.absences.queries import AbsencesTold, absences_of
from booking.visits.principals.confirm import confirm, end_visa
from booking.words.wording import school_year_began
from workshops.coverage.queries import classes_of_college
from workshops.coverage.rules import LevelClasses
from workshops.coverage.say_classes import SayClasses, say_classes
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import year_words
from workshops.schools.mark_rural import MarkRural, mark_rural
from workshops.schools.queries import (
    Department,
    SchoolCard,
    Visa,
    count_schools,
    department_names,
    departments,
    school,
    schools_found,
    visa_of,
)

SHOWN = 50
KINDS = {"": "Tous", "college": "Collèges", "lycee": "Lycées"}


@renders("office/schools.html")
class SchoolList(Page, frozen=True):
    """`in_all` is None until something is asked for."""

    departments: Sequence[Department]
    names: Mapping[str, str]
    words: str
    kinds: Mapping[str, str]
    kind: str
    department: str
    schools: Sequence[SchoolCard]
    in_all: int | None
    left: int
    next_page: str


@renders("office/school.html", acts={"asked": SayClasses})
class SchoolPage(Page, frozen=True):
    """`waits`: what a lycée is still asked for, each under its title in `kinds`; `classes`: of each level of a
    collège, how many of its groups may ask; `absences`: what it was asked about the visits that it missed;
    `rates`: what became of a lycée's visits in the school year."""

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


@get("/gestion/etablissements", opt=may("schools.keep"))
async def search_schools(
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    apres: Skipped = 0,
) -> Template:
    known = await departments()
    words, kind = q.strip()[:80], type if type in KINDS else ""
    department = departement if departement in {one.code for one in known} else ""
    narrowed = {"kind": kind or None, "department": department or None}
    # Nothing is listed until something is asked for.
    in_all = await count_schools(words, **narrowed) if words or department else None
    skip = apres if apres < (in_all or 0) else 0
    following = {"q": words, "type": kind, "departement": department, "apres": str(skip + SHOWN)}
    shown = SchoolList(
        departments=known,
        names={one.code: one.name for one in known},
        words=words,
        kinds=KINDS,
        kind=kind,
        department=department,
        schools=await schools_found(words, **narrowed, limit=SHOWN, skip=skip) if in_all else [],
        in_all=in_all,
        left=max(0, (in_all or 0) - skip - SHOWN),
        next_page="/gestion/etablissements?" + urlencode(following),
    )
    return page(shown)


@get("/gestion/etablissements/{number:int}", opt=may("schools.keep"))
async def one_school(number: FromPath[int], now: Now) -> Template:
    found, year = or_not_found(await school(number)), school_year_began(now).year
    shown = SchoolPage(
        school=found,
        people=await people_of_school(number),
        figures=await figures_of_school(number, now=now),
        waits=await waiting(school=number, now=now) if found.kind == "lycee" else [],
        kinds=TITLES,
        names=await department_names(),
        visa=await visa_of(number),
        classes=await classes_of_college(number, year) if found.kind == "college" else [],
        absences=await absences_of(number),
        year=year_words(year),
        rates=await rates_of_lycee(number, year) if found.kind == "lycee" else [],
    )
    return page(shown)


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
@form_act(SayClasses, page=one_school.fn)
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
