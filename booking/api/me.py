"""Whose key it is, for machines."""

from __future__ import annotations

import msgspec
from litestar import get, put
from litestar.params import JSONBody

from booking.api.schools import NamedSchool, naming
from booking.door.rights.guards import Now, SignedIn, may
from booking.people.accounts.profile import ChangeProfile, change_profile, profile_of
from booking.people.accounts.queries import AtSchool, CompanyPerson, OfDepartments, OfPartner
from booking.people.accounts.rules import Role


class OwnSchool(NamedSchool, kw_only=True):
    """The school that one acts for, and where it stands."""

    lat: float | None
    lon: float | None


class OwnCompany(msgspec.Struct):
    """The company that one acts for."""

    id: int
    name: str


class OwnBody(msgspec.Struct):
    """The member of the consortium for whom one reads."""

    id: int
    name: str


class OwnProfile(msgspec.Struct):
    """The name that others read, the telephone for the day of a visit, the reminders that come."""

    name: str
    day_phone: str
    reminders: list[str]
    mails: str


class Me(msgspec.Struct):
    """Who acts, in which role, for whom; `writes` is false for a key that only reads."""

    name: str
    email: str
    role: Role
    school: OwnSchool | None
    company: OwnCompany | None
    departments: list[str]
    partner: OwnBody | None
    writes: bool
    day_phone: str
    reminders: list[str]
    mails: str


@get("/me", opt=may("account.keep"))
async def read_me(person: SignedIn) -> Me:
    """Whose key this is, and for whom it acts."""
    school = company = partner = None
    if isinstance(person, AtSchool):
        named = (await naming([person.school]))(person.school)
        school = OwnSchool(**msgspec.structs.asdict(named), lat=person.school_lat, lon=person.school_lon)
    if isinstance(person, CompanyPerson):
        company = OwnCompany(person.company, person.company_name)
    if isinstance(person, OfPartner):
        partner = OwnBody(person.partner, person.partner_name)
    own = await profile_of(person.account)
    return Me(
        name=own.name,
        email=person.email,
        role=Role(person.role),
        school=school,
        company=company,
        departments=list(person.departments) if isinstance(person, OfDepartments) else [],
        partner=partner,
        writes=person.writes,
        day_phone=own.phone,
        reminders=list(own.reminders),
        mails=own.mails,
    )


@put("/me", opt=may("account.keep"))
async def change_me(data: JSONBody[ChangeProfile], person: SignedIn, now: Now) -> OwnProfile:
    """Say what one is called, the telephone for the day of a visit (the other side sees it from a week before until
    that evening, and it is erased the night after), the reminders that one wants, and how often letters come."""
    own = await change_profile(person.account, data, now=now)
    return OwnProfile(own.name, own.phone, list(own.reminders), own.mails)
