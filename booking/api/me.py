"""Whose key it is, for machines."""

from __future__ import annotations

import msgspec
from litestar import get

from booking.door.guards import SIGNED_IN, AnyOf
from booking.people.accounts.queries import AtSchool, CompanyPerson, Person
from booking.people.accounts.rules import Role


class OwnSchool(msgspec.Struct):
    """The school that one acts for."""

    id: int
    uai: str
    name: str
    lat: float | None
    lon: float | None


class OwnCompany(msgspec.Struct):
    """The company that one acts for."""

    id: int
    name: str


class Me(msgspec.Struct):
    """Who acts, in which role, for whom; `writes` is false for a key that only reads."""

    name: str
    email: str
    role: Role
    school: OwnSchool | None
    company: OwnCompany | None
    writes: bool


@get("/me", opt={"who": SIGNED_IN})
async def read_me(person: AnyOf[Person]) -> Me:
    """Whose key this is, and for whom it acts."""
    school = company = None
    if isinstance(person, AtSchool):
        school = OwnSchool(person.school, person.school_uai, person.school_name, person.school_lat, person.school_lon)
    if isinstance(person, CompanyPerson):
        company = OwnCompany(person.company, person.company_name)
    return Me(person.name, person.email, Role(person.role), school, company, person.writes)
