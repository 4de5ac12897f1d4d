"""A lycée's rooms: named, resized, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from workshops.catalogue.add_room import add_room, change_room, close_room, reopen_room
from workshops.catalogue.queries import RoomCard, room, rooms_of
from workshops.catalogue.rules import RoomInUse
from workshops.refusals import Invalid, NotFound, Refusal


@dataclass(frozen=True)
class RoomList(Page, template="host/rooms.html"):
    rooms: Sequence[RoomCard]
    closed: Sequence[RoomCard]
    form: Form | None


@dataclass(frozen=True)
class RoomForm(Page, template="host/room.html"):
    room: RoomCard
    form: Form | None
    refusal: Refusal | None


@get("/lycee/salles", opt=HOST)
async def own_rooms(person: NamedDependency[Host]) -> Template:
    return await _list_page(person)


async def _list_page(person: Host, *, status: int = 200, form: Form | None = None) -> Template:
    found = await rooms_of(person.school, closed_too=True)
    shown = RoomList(
        rooms=[one for one in found if not one.closed],
        closed=[one for one in found if one.closed],
        form=form,
    )
    return page(shown, status=status)


def _asked(form: Form) -> dict[str, Any]:
    return {
        "name": form.text("name", label="Nom de la salle", most=80),
        "seats": form.whole("seats", 1, 200, label="Élèves au plus"),
    }


@post("/lycee/salles", opt=HOST)
async def name_room(request: AnyRequest, person: NamedDependency[Host]) -> Template | Redirect:
    form = Form(await request.form())
    asked = _asked(form)
    try:
        form.refuse_if_wrong()
        await add_room(school=person.school, **asked)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _list_page(person, status=no.status, form=form)
    return done("/lycee/salles", "salle-ajoutee")


@get("/lycee/salles/{number:int}", opt=HOST)
async def one_room(number: FromPath[int], person: NamedDependency[Host]) -> Template:
    return _room_page(await _own(number, person))


async def _own(number: int, person: Host) -> RoomCard:
    found = await room(number)
    if found is None or found.school != person.school:
        raise NotFound()
    return found


def _room_page(
    known: RoomCard, *, status: int = 200, form: Form | None = None, refusal: Refusal | None = None
) -> Template:
    return page(RoomForm(room=known, form=form, refusal=refusal), status=status)


@post("/lycee/salles/{number:int}", opt=HOST)
async def resize_room(request: AnyRequest, number: FromPath[int], person: NamedDependency[Host]) -> Template | Redirect:
    known = await _own(number, person)
    form = Form(await request.form())
    asked = _asked(form)
    try:
        form.refuse_if_wrong()
        await change_room(number, school=known.school, **asked)
    except Invalid as no:
        form.errors.update(no.errors)
        return _room_page(known, status=no.status, form=form)
    return done("/lycee/salles", "salle-ajoutee")


@post("/lycee/salles/{number:int}/fermeture", opt=HOST)
async def shut_room(
    number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    known = await _own(number, person)
    try:
        await close_room(number, school=known.school, now=now)
    except RoomInUse as no:
        return _room_page(known, status=no.status, refusal=no)
    return done("/lycee/salles", "salle-fermee")


@post("/lycee/salles/{number:int}/reouverture", opt=HOST)
async def open_room_again(number: FromPath[int], person: NamedDependency[Host]) -> Redirect:
    await reopen_room(number, school=person.school)
    return done("/lycee/salles", "salle-rouverte")
