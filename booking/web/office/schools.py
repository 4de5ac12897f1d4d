"""The register of schools: searching it, one school."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from booking.accounts.queries import Person
from booking.coordination.queries import figures_of_school, people_of_school
from booking.door.answers import page
from booking.wording import DEPARTMENTS
from workshops.refusals import NotFound
from workshops.schools.queries import SchoolCard, colleges, departments, lycees, school, schools_named

COORDINATOR = {"who": {"coordinator"}}
SHOWN = 50
KINDS = {"": "Tous", "college": "Collèges", "lycee": "Lycées"}


@get("/gestion/etablissements", opt=COORDINATOR)
async def search_schools(
    person: NamedDependency[Person],
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",
    departement: FromQuery[str] = "",
) -> Template:
    known = await departments()
    words, kind = q.strip()[:80], type if type in KINDS else ""
    department = departement if departement in {one.code for one in known} else ""
    return page(
        "office/schools.html",
        person=person,
        departments=known,
        names=DEPARTMENTS,
        words=words,
        kinds=KINDS,
        kind=kind,
        department=department,
        schools=await _found(words, kind, department),
        most=SHOWN,
    )


async def _found(words: str, kind: str, department: str) -> list[SchoolCard] | None:
    """None when nothing was asked for."""
    if words:
        named = await schools_named(words, kind=kind or None, limit=SHOWN)
        return [one for one in named if department in {"", one.department}]
    if not department:
        return None
    found = [] if kind == "college" else await lycees(department)
    return found if kind == "lycee" else [*found, *await colleges(department)]


@get("/gestion/etablissements/{number:int}", opt=COORDINATOR)
async def one_school(
    number: FromPath[int], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Template:
    found = await school(number)
    if found is None:
        raise NotFound()
    return page(
        "office/school.html",
        person=person,
        school=found,
        people=await people_of_school(number),
        figures=await figures_of_school(number, now=now),
        names=DEPARTMENTS,
    )
