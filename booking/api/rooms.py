"""A lycée's rooms, for machines: named, resized, closed."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from workshops.catalogue.add_room import NameRoom, add_room, change_room, close_room, reopen_room
from workshops.catalogue.queries import RoomCard, room, rooms_after
from workshops.refusals import or_not_found


class RoomAnswer(msgspec.Struct):
    """A room; no new slot takes place in a closed one."""

    id: int
    name: str
    seats: int
    closed: bool


@get("/rooms", opt=may("slots.open"))
async def list_rooms(person: NamedDependency[Host], limit: Limit = PAGE, cursor: Cursor = None) -> Page[RoomAnswer]:
    """The rooms of one's lycée, the closed ones too."""
    found = await rooms_after(start_of(cursor, of="rooms"), school=person.school, limit=limit + 1)
    return page_of(found, _answer, of="rooms", limit=limit)


@get("/rooms/{number:int}", opt=may("slots.open"))
async def read_room(number: FromPath[int], person: NamedDependency[Host]) -> RoomAnswer:
    """One of them."""
    return await _room(number, person)


@post("/rooms", opt=may("slots.open"))
async def name_a_room(data: JSONBody[NameRoom], person: NamedDependency[Host]) -> Response[RoomAnswer]:
    """Add a room."""
    number = await add_room(data, school=person.school)
    return made(await _room(number, person), f"/rooms/{number}")


@put("/rooms/{number:int}", opt=may("slots.open"))
async def resize_a_room(number: FromPath[int], data: JSONBody[NameRoom], person: NamedDependency[Host]) -> RoomAnswer:
    """Another name or size; slots already open keep their seats."""
    await change_room(number, data, school=person.school)
    return await _room(number, person)


@post("/rooms/{number:int}/closure", status_code=200, opt=may("slots.open"))
async def shut_a_room(
    number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> RoomAnswer:
    """Open no new slot in it; refused (room-in-use) while visits are to come there."""
    await close_room(number, school=person.school, now=now)
    return await _room(number, person)


@delete("/rooms/{number:int}/closure", status_code=200, opt=may("slots.open"))
async def open_a_room_again(number: FromPath[int], person: NamedDependency[Host]) -> RoomAnswer:
    """It receives again."""
    await reopen_room(number, school=person.school)
    return await _room(number, person)


async def _room(number: int, person: Host) -> RoomAnswer:
    return _answer(or_not_found(await room(number, scope=person.scope)))


def _answer(room: RoomCard) -> RoomAnswer:
    return answer_of(RoomAnswer, room)
