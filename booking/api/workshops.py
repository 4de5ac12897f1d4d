"""A lycée's workshops and rooms, for machines: described with their safety sheet, shown to collèges, named, closed,
taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import AnyOf, AsHost, Now, may
from booking.people.accounts.queries import Coordinator, Host, Person
from workshops.catalogue.add_room import NameRoom, add_room, change_room, close_room, reopen_room
from workshops.catalogue.describe import DescribeWorkshop, describe_workshop, publish_workshop, withdraw_workshop
from workshops.catalogue.queries import WorkshopCard, room, rooms_after, workshop, workshops_after
from workshops.catalogue.rules import Welcome, WorkshopState, missing_from_sheet
from workshops.refusals import NotFound, or_not_found
from workshops.schools.rules import Level


class BuiltObject(msgspec.Struct):
    """An object that is built there."""

    id: int
    name: str


class WorkshopAnswer(msgspec.Struct):
    """A workshop with its safety sheet; `missing` says in French what keeps it from being published."""

    id: int
    school: NamedSchool
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
    diploma: str
    diploma_school_id: int | None
    diploma_lycee: NamedSchool | None
    diploma_link: str
    objects: list[BuiltObject]
    missing: list[str]


@get("/workshops", opt=may("workshops.read"))
async def list_workshops(
    person: AnyOf[Host | Coordinator], limit: Limit = PAGE, cursor: Cursor = None
) -> Page[WorkshopAnswer]:
    """What one's lycée proposes, drafts included; every lycée's for a coordinator."""
    found = await workshops_after(start_of(cursor, of="workshops"), scope=person.scope, limit=limit + 1)
    named = await _schools_of(found)
    return page_of(found, lambda workshop: _answer(workshop, named), of="workshops", limit=limit)


@get("/workshops/{number:int}", opt=may("workshops.read"))
async def read_workshop(number: FromPath[int], person: AnyOf[Host | Coordinator]) -> WorkshopAnswer:
    """One of them."""
    return await _workshop(number, person)


@post("/workshops", opt=may("workshops.describe"))
async def draft_workshop(data: JSONBody[DescribeWorkshop], person: AsHost, now: Now) -> Response[WorkshopAnswer]:
    """Write a workshop down; collèges see it once it is published."""
    number = await describe_workshop(data, school=person.school, by=person.account, now=now)
    return made(await _workshop(number, person), f"/workshops/{number}")


@put("/workshops/{number:int}", opt=may("workshops.describe"))
async def reword_workshop(
    number: FromPath[int], data: JSONBody[DescribeWorkshop], person: AsHost, now: Now
) -> WorkshopAnswer:
    """Tell it otherwise: what is left out is emptied. A published one keeps a complete sheet and an object."""
    await describe_workshop(data, workshop=number, school=person.school, by=person.account, now=now)
    return await _workshop(number, person)


@post("/workshops/{number:int}/publication", status_code=200, opt=may("workshops.describe"))
async def publish_own_workshop(number: FromPath[int], person: AsHost, now: Now) -> WorkshopAnswer:
    """Show it to collèges: its safety sheet is complete (else sheet-incomplete), something is built in it."""
    await publish_workshop(number, school=person.school, by=person.account, now=now)
    return await _workshop(number, person)


@delete("/workshops/{number:int}/publication", status_code=200, opt=may("workshops.describe"))
async def withdraw_own_workshop(number: FromPath[int], person: AsHost, now: Now) -> WorkshopAnswer:
    """Open no new slot in it; those that are open stay."""
    await withdraw_workshop(number, school=person.school, by=person.account, now=now)
    return await _workshop(number, person)


async def _workshop(number: int, person: Person) -> WorkshopAnswer:
    found = await workshop(number)
    if found is None or not person.scope.reaches(found.school):
        raise NotFound()
    return _answer(found, await _schools_of([found]))


async def _schools_of(found: Sequence[WorkshopCard]) -> Naming:
    return await naming(school for workshop in found for school in (workshop.school, workshop.diploma_school))


def _answer(workshop: WorkshopCard, named: Naming) -> WorkshopAnswer:
    return answer_of(
        WorkshopAnswer,
        workshop,
        school=named(workshop.school),
        **msgspec.structs.asdict(workshop.sheet),
        diploma_school_id=workshop.diploma_school,
        diploma_lycee=None if workshop.diploma_school is None else named(workshop.diploma_school),
        objects=[BuiltObject(*pair) for pair in zip(workshop.object_ids, workshop.object_names, strict=True)],
        missing=missing_from_sheet(workshop.sheet),
    )


class RoomAnswer(msgspec.Struct):
    """A room; no new slot takes place in a closed one."""

    id: int
    name: str
    seats: int
    closed: bool


@get("/rooms", opt=may("slots.open"))
async def list_rooms(person: AsHost, limit: Limit = PAGE, cursor: Cursor = None) -> Page[RoomAnswer]:
    """The rooms of one's lycée, the closed ones too."""
    found = await rooms_after(start_of(cursor, of="rooms"), school=person.school, limit=limit + 1)
    return page_of(found, partial(answer_of, RoomAnswer), of="rooms", limit=limit)


@get("/rooms/{number:int}", opt=may("slots.open"))
async def read_room(number: FromPath[int], person: AsHost) -> RoomAnswer:
    """One of them."""
    return await _room(number, person)


@post("/rooms", opt=may("slots.open"))
async def name_a_room(data: JSONBody[NameRoom], person: AsHost, now: Now) -> Response[RoomAnswer]:
    """Add a room."""
    number = await add_room(data, school=person.school, by=person.account, now=now)
    return made(await _room(number, person), f"/rooms/{number}")


@put("/rooms/{number:int}", opt=may("slots.open"))
async def resize_a_room(number: FromPath[int], data: JSONBody[NameRoom], person: AsHost, now: Now) -> RoomAnswer:
    """Another name or size; slots already open keep their seats."""
    await change_room(number, data, school=person.school, by=person.account, now=now)
    return await _room(number, person)


@post("/rooms/{number:int}/closure", status_code=200, opt=may("slots.open"))
async def shut_a_room(number: FromPath[int], person: AsHost, now: Now) -> RoomAnswer:
    """Open no new slot in it; refused (room-in-use) while visits are to come there."""
    await close_room(number, school=person.school, by=person.account, now=now)
    return await _room(number, person)


@delete("/rooms/{number:int}/closure", status_code=200, opt=may("slots.open"))
async def open_a_room_again(number: FromPath[int], person: AsHost, now: Now) -> RoomAnswer:
    """It receives again."""
    await reopen_room(number, school=person.school, by=person.account, now=now)
    return await _room(number, person)


async def _room(number: int, person: Host) -> RoomAnswer:
    return answer_of(RoomAnswer, or_not_found(await room(number, scope=person.scope)))
