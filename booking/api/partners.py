"""The consortium, for machines: read by lycées, kept by a coordinator."""

from __future__ import annotations

from datetime import date

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import AsCoordinator, Now, may
from workshops.partners import welcome as members
from workshops.partners.queries import PartnerCard, partner, partners_after
from workshops.partners.rules import PartnerKind
from workshops.refusals import or_not_found


class PartnerAnswer(msgspec.Struct):
    """A member of the consortium, between two days."""

    id: int
    kind: PartnerKind
    name: str
    role: str
    school_id: int | None
    school: NamedSchool | None
    company_id: int | None
    web: str
    from_on: date
    to_on: date | None


@get("/partners", opt=may("registers.read"))
async def list_partners(limit: Limit = PAGE, cursor: Cursor = None) -> Page[PartnerAnswer]:
    """Every partner that is or was."""
    found = await partners_after(start_of(cursor, of="partners"), limit=limit + 1)
    named = await naming(partner.school for partner in found)
    return page_of(found, lambda partner: _answer(partner, named), of="partners", limit=limit)


@get("/partners/{number:int}", opt=may("registers.read"))
async def read_partner(number: FromPath[int]) -> PartnerAnswer:
    """One partner."""
    return await _partner(number)


@post("/partners", opt=may("partners.keep"))
async def welcome_partner(
    data: JSONBody[members.WelcomePartner], person: AsCoordinator, now: Now
) -> Response[PartnerAnswer]:
    """A member of the consortium from a day on: a lycée or a company by its number, another body by its name."""
    number = await members.welcome(data, by=person.account, now=now)
    return made(await _partner(number), f"/partners/{number}")


@put("/partners/{number:int}", opt=may("partners.keep"))
async def change_partner(
    number: FromPath[int], data: JSONBody[members.ChangePartner], person: AsCoordinator, now: Now
) -> PartnerAnswer:
    """Another role, other days, another address; one that leaves has its last day."""
    await members.change_partner(number, data, by=person.account, now=now)
    return await _partner(number)


@delete("/partners/{number:int}", opt=may("partners.keep"))
async def drop_partner(number: FromPath[int], person: AsCoordinator, now: Now) -> None:
    """A partner was a mistake."""
    await members.remove_partner(number, by=person.account, now=now)


async def _partner(number: int) -> PartnerAnswer:
    found = or_not_found(await partner(number))
    return _answer(found, await naming([found.school]))


def _answer(partner: PartnerCard, named: Naming) -> PartnerAnswer:
    school = None if partner.school is None else named(partner.school)
    return answer_of(PartnerAnswer, partner, school_id=partner.school, school=school, company_id=partner.company)
