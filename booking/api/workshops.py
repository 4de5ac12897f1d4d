"""A lycée's workshops, for machines: described with their safety sheet, shown to collèges, taken back."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import AnyOf, may
from booking.people.accounts.queries import Coordinator, Host, Person
from workshops.catalogue.describe import DescribeWorkshop, describe_workshop, publish_workshop, withdraw_workshop
from workshops.catalogue.queries import WorkshopCard, workshop, workshops_after
from workshops.catalogue.rules import Welcome, WorkshopState, missing_from_sheet
from workshops.refusals import NotFound
from workshops.schools.rules import Level


class HostOfWorkshop(msgspec.Struct):
    """The lycée of a workshop."""

    id: int
    name: str
    commune: str


class BuiltObject(msgspec.Struct):
    """An object that is built there."""

    id: int
    name: str


class WorkshopAnswer(msgspec.Struct):
    """A workshop with its safety sheet; `missing` says in French what keeps it from being published."""

    id: int
    school: HostOfWorkshop
    title: str
    summary: str
    state: WorkshopState
    levels: list[Level]
    minutes: int
    seats: int
    groups_max: int
    access: str
    pupils_do: str
    shown_only: str
    protective_equipment: str
    responsible: str
    offers: list[Welcome]
    bring: str
    objects: list[BuiltObject]
    missing: list[str]


@get("/workshops", opt=may("workshops.read"))
async def list_workshops(
    person: AnyOf[Host | Coordinator], limit: Limit = PAGE, cursor: Cursor = None
) -> Page[WorkshopAnswer]:
    """What one's lycée proposes, drafts included; every lycée's for a coordinator."""
    found = await workshops_after(start_of(cursor, of="workshops"), scope=person.scope, limit=limit + 1)
    return page_of(found, _answer, of="workshops", limit=limit)


@get("/workshops/{number:int}", opt=may("workshops.read"))
async def read_workshop(number: FromPath[int], person: AnyOf[Host | Coordinator]) -> WorkshopAnswer:
    """One of them."""
    return await _workshop(number, person)


@post("/workshops", opt=may("workshops.describe"))
async def draft_workshop(
    data: JSONBody[DescribeWorkshop], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Response[WorkshopAnswer]:
    """Write a workshop down; collèges see it once it is published."""
    number = await describe_workshop(data, school=person.school, by=person.account, now=now)
    return made(await _workshop(number, person), f"/workshops/{number}")


@put("/workshops/{number:int}", opt=may("workshops.describe"))
async def reword_workshop(
    number: FromPath[int],
    data: JSONBody[DescribeWorkshop],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> WorkshopAnswer:
    """Tell it otherwise: what is left out is emptied. A published one keeps a complete sheet and an object."""
    await describe_workshop(data, workshop=number, school=person.school, by=person.account, now=now)
    return await _workshop(number, person)


@post("/workshops/{number:int}/publication", status_code=200, opt=may("workshops.describe"))
async def publish_own_workshop(
    number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> WorkshopAnswer:
    """Show it to collèges: its safety sheet is complete (else sheet-incomplete), something is built in it."""
    await publish_workshop(number, school=person.school, by=person.account, now=now)
    return await _workshop(number, person)


@delete("/workshops/{number:int}/publication", status_code=200, opt=may("workshops.describe"))
async def withdraw_own_workshop(
    number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> WorkshopAnswer:
    """Open no new slot in it; those that are open stay."""
    await withdraw_workshop(number, school=person.school, by=person.account, now=now)
    return await _workshop(number, person)


async def _workshop(number: int, person: Person) -> WorkshopAnswer:
    found = await workshop(number)
    if found is None or not person.scope.reaches(found.school):
        raise NotFound()
    return _answer(found)


def _answer(workshop: WorkshopCard) -> WorkshopAnswer:
    return answer_of(
        WorkshopAnswer,
        workshop,
        school=HostOfWorkshop(workshop.school, workshop.school_name, workshop.commune),
        **msgspec.structs.asdict(workshop.sheet),
        objects=[BuiltObject(*pair) for pair in zip(workshop.object_ids, workshop.object_names, strict=True)],
        missing=missing_from_sheet(workshop.sheet),
    )
