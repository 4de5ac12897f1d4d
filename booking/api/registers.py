"""The registers of schools and companies, for machines: where the numbers of the other calls are found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.office_bodies import Rural, ToldCompany
from booking.api.pages import PAGE, Cursor, Limit, Page, page_of, start_of
from booking.door.guards import COORDINATOR
from booking.door.keepers import KEEPERS
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.register import register_company
from booking.programme.outreach.mark_rural import mark
from workshops.companies.queries import companies_after, company_by_siret
from workshops.refusals import NotFound
from workshops.schools.queries import SchoolCard, schools_after

Wanted = Annotated[str, QueryParameter(name="q", max_length=80, description="Words of its name, commune or number.")]

DepartmentCode = Annotated[
    str | None, QueryParameter(max_length=3, pattern=r"^[0-9AB]*$", description="Of this département, for example 25.")
]


@get("/companies", opt=KEEPERS)
async def list_companies(wanted: Wanted = "", limit: Limit = PAGE, cursor: Cursor = None) -> Page:
    """The companies that are registered."""
    found = await companies_after(start_of(cursor, of="companies"), words=wanted, limit=limit + 1)
    return page_of(found, asdict, of="companies", limit=limit)


@get("/companies/{siret:str}", opt=KEEPERS)
async def read_company(siret: FromPath[str]) -> dict[str, Any]:
    """One company by its SIRET."""
    return await _company(siret)


@put("/companies/{siret:str}", opt=COORDINATOR)
async def keep_company(
    siret: FromPath[str],
    data: JSONBody[ToldCompany],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """A company becomes known by its SIRET, or has its card corrected."""
    await register_company(
        siret=siret,
        name=data.name,
        trade=data.trade,
        commune=data.commune,
        department=data.department,
        by=person.account,
        now=now,
    )
    return await _company(siret)


async def _company(siret: str) -> dict[str, Any]:
    found = await company_by_siret(siret)
    if found is None:
        raise NotFound()
    return asdict(found)


@get("/schools", opt=KEEPERS)
async def list_schools(
    wanted: Wanted = "",
    kind: Annotated[Literal["college", "lycee"] | None, QueryParameter(description="`college` or `lycee`.")] = None,
    department: DepartmentCode = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Page:
    """The collèges and lycées of the official directory."""
    after = start_of(cursor, of="schools")
    found = await schools_after(after, words=wanted, kind=kind, department=department, limit=limit + 1)
    return page_of(found, _school, of="schools", limit=limit)


@put("/schools/{number:int}/rural", opt=COORDINATOR)
async def mark_school(
    number: FromPath[int], data: JSONBody[Rural], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """A school stands in the country or not."""
    await mark(number, rural=data.rural, by=person.account, now=now)
    return {"id": number, "rural": data.rural}


def _school(one: SchoolCard) -> dict[str, Any]:
    return {
        "id": one.id,
        "uai": one.uai,
        "name": one.name,
        "kind": one.kind,
        "commune": one.commune,
        "department": one.department,
        "zone": one.zone,
        "priority": one.priority,
        "rural": one.rural,
    }
