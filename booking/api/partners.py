"""The consortium, for machines: read by lycées, kept by a coordinator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.office_bodies import NewPartner, ToldPartner
from booking.api.pages import PAGE, Cursor, Limit, Page, page_of, start_of
from booking.door.guards import COORDINATOR
from booking.door.keepers import KEEPERS
from booking.people.accounts.queries import Coordinator
from booking.programme.consortium import keep
from workshops.partners.queries import PartnerCard, partner, partners_after
from workshops.refusals import NotFound


@get("/partners", opt=KEEPERS)
async def list_partners(limit: Limit = PAGE, cursor: Cursor = None) -> Page:
    """Every partner that is or was."""
    found = await partners_after(start_of(cursor, of="partners"), limit=limit + 1)
    return page_of(found, _told, of="partners", limit=limit)


@get("/partners/{number:int}", opt=KEEPERS)
async def read_partner(number: FromPath[int]) -> dict[str, Any]:
    """One partner."""
    return await _partner(number)


@post("/partners", opt=COORDINATOR)
async def welcome_partner(
    data: JSONBody[NewPartner], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """A member of the consortium from a day on: a lycée or a company by its number, another body by its name."""
    made = await keep.welcome(
        kind=data.kind,
        role=data.role,
        from_on=data.from_on,
        to_on=data.to_on,
        name=data.name,
        school=data.school_id,
        company=data.company_id,
        web=data.web,
        by=person.account,
        now=now,
    )
    return await _partner(made)


@put("/partners/{number:int}", opt=COORDINATOR)
async def change_partner(
    number: FromPath[int],
    data: JSONBody[ToldPartner],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Another role, other days, another address; one that leaves has its last day."""
    await keep.change_partner(
        number,
        role=data.role,
        from_on=data.from_on,
        to_on=data.to_on,
        name=data.name,
        web=data.web,
        by=person.account,
        now=now,
    )
    return await _partner(number)


@delete("/partners/{number:int}", opt=COORDINATOR)
async def drop_partner(
    number: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> None:
    """A partner was a mistake."""
    await keep.remove_partner(number, by=person.account, now=now)


async def _partner(number: int) -> dict[str, Any]:
    found = await partner(number)
    if found is None:
        raise NotFound()
    return _told(found)


def _told(one: PartnerCard) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "role": one.role,
        "school_id": one.school,
        "company_id": one.company,
        "web": one.web,
        "from_on": one.from_on,
        "to_on": one.to_on,
    }
