"""The registers of schools and companies, for machines: where the numbers of the other calls are found."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from litestar import get, put
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.schools import naming
from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, as_it_is, page_of, start_of
from booking.door.rights.guards import AsCoordinator, Now, may
from workshops.companies.queries import CompanyCard, companies_after, company_by_siret
from workshops.companies.register import RegisterCompany, register_company
from workshops.coverage.say_classes import SayClasses, say_classes
from workshops.refusals import or_not_found
from workshops.schools.mark_rural import MarkRural, mark_rural
from workshops.schools.queries import schools_after
from workshops.schools.rules import Level, SchoolKind

Wanted = Annotated[str, QueryParameter(name="q", max_length=80, description="Words of its name, commune or number.")]

DepartmentCode = Annotated[
    str | None, QueryParameter(max_length=3, pattern=r"^[0-9AB]*$", description="Of this département, for example 25.")
]


class MarkedSchool(msgspec.Struct):
    """The school, and where it stands."""

    id: int
    uai: str
    rural: bool | None


class CollegeClasses(msgspec.Struct):
    """The collège, a level of it, and the number of its classes that the coordination says."""

    id: int
    uai: str
    level: Level
    classes: int


class SchoolAnswer(msgspec.Struct):
    """A collège or a lycée as the official directory has it; `priority` is REP, REP+ or nothing."""

    id: int
    uai: str
    name: str
    kind: SchoolKind
    commune: str
    department: str
    zone: str
    priority: str
    rural: bool | None


@get("/companies", opt=may("registers.read"))
async def list_companies(wanted: Wanted = "", limit: Limit = PAGE, cursor: Cursor = None) -> Page[CompanyCard]:
    """The companies that are registered."""
    found = await companies_after(start_of(cursor, of="companies"), words=wanted, limit=limit + 1)
    return page_of(found, as_it_is, of="companies", limit=limit)


@get("/companies/{siret:str}", opt=may("registers.read"))
async def read_company(siret: FromPath[str]) -> CompanyCard:
    """One company by its SIRET."""
    return await _company(siret)


@put("/companies/{siret:str}", opt=may("companies.keep"))
async def keep_company(
    siret: FromPath[str], data: JSONBody[RegisterCompany], person: AsCoordinator, now: Now
) -> CompanyCard:
    """A company becomes known by its SIRET, or has its card corrected."""
    await register_company(siret, data, by=person.account, now=now)
    return await _company(siret)


async def _company(siret: str) -> CompanyCard:
    return or_not_found(await company_by_siret(siret))


@get("/schools", opt=may("registers.read"))
async def list_schools(
    wanted: Wanted = "",
    kind: Annotated[SchoolKind | None, QueryParameter(description="`college` or `lycee`.")] = None,
    department: DepartmentCode = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Page[SchoolAnswer]:
    """The collèges and lycées of the official directory."""
    after = start_of(cursor, of="schools")
    found = await schools_after(after, words=wanted, kind=kind, department=department, limit=limit + 1)
    return page_of(found, partial(answer_of, SchoolAnswer), of="schools", limit=limit)


@put("/schools/{number:int}/rural", opt=may("schools.keep"))
async def mark_school(
    number: FromPath[int], data: JSONBody[MarkRural], person: AsCoordinator, now: Now
) -> MarkedSchool:
    """A school stands in the country or not."""
    await mark_rural(number, data, by=person.account, now=now)
    return MarkedSchool(number, (await naming([number]))(number).uai, data.rural)


@put("/schools/{number:int}/classes", opt=may("schools.keep"))
async def say_number_of_classes(
    number: FromPath[int], data: JSONBody[SayClasses], person: AsCoordinator, now: Now
) -> CollegeClasses:
    """So many groups of a level of a collège may each ask for a visit, where its head count tells fewer or none."""
    await say_classes(number, data, by=person.account, now=now)
    return CollegeClasses(number, (await naming([number]))(number).uai, data.level, data.classes)
