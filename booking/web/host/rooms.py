"""A lycée's rooms: named, resized, closed."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from workshops.acts import Act
from workshops.catalogue.add_room import NameRoom, add_room, change_room, close_room, reopen_room
from workshops.catalogue.queries import RoomCard, room, rooms_of
from workshops.refusals import or_not_found


@renders("host/rooms.html", acts={"asked": NameRoom})
class RoomList(Page, frozen=True):
    rooms: Sequence[RoomCard]


@renders("host/room.html", acts={"asked": NameRoom})
class RoomForm(Page, frozen=True):
    room: RoomCard


@get("/lycee/salles", opt=may("slots.open"))
async def own_rooms(person: AsHost) -> Template:
    return page(RoomList(rooms=await rooms_of(person.school, closed_too=True)))


@post("/lycee/salles", opt=may("slots.open"))
@form_act(NameRoom, page=own_rooms.fn)
async def name_room(asked: NameRoom, person: AsHost, now: Now) -> Redirect:
    await add_room(asked, school=person.school, by=person.account, now=now)
    return done("/lycee/salles", "salle-ajoutee")


@get("/lycee/salles/{number:int}", opt=may("slots.open"))
async def one_room(number: FromPath[int], person: AsHost) -> Template:
    return page(RoomForm(room=or_not_found(await room(number, scope=person.scope))))


@post("/lycee/salles/{number:int}", opt=may("slots.open"))
@form_act(NameRoom, page=one_room.fn)
async def resize_room(asked: NameRoom, number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await change_room(number, asked, school=person.school, by=person.account, now=now)
    return done("/lycee/salles", "salle-ajoutee")


@post("/lycee/salles/{number:int}/fermeture", opt=may("slots.open"))
@form_act(Act, page=one_room.fn)
async def shut_room(number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await close_room(number, school=person.school, by=person.account, now=now)
    return done("/lycee/salles", "salle-fermee")


@post("/lycee/salles/{number:int}/reouverture", opt=may("slots.open"))
async def open_room_again(number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await reopen_room(number, school=person.school, by=person.account, now=now)
    return done("/lycee/salles", "salle-rouverte")
