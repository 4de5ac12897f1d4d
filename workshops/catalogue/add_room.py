"""The rooms and machine halls of a lycée."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from workshops.acts import Act, a_number, typed
from workshops.catalogue.rules import RoomInUse
from workshops.catalogue.tables import Room
from workshops.database import transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid, or_not_found

ADD = "INSERT INTO rooms (school, name, seats) VALUES ($1, $2, $3) ON CONFLICT (school, name) DO NOTHING RETURNING id"
# Not over yet: the sets of the slots themselves stand on a floor above.
VISITS_TO_COME = """
SELECT 1 FROM slots WHERE room = $1 AND starts_at > $2 AND state IN ('draft', 'open', 'closed') LIMIT 1
"""
NAME_TAKEN = "Une salle de votre lycée porte déjà ce nom."


class NameRoom(Act, frozen=True, kw_only=True):
    """A room of a lycée, and the pupils that it holds."""

    name: Annotated[str, typed("Nom de la salle", "As it is written on the door.", most=80, least=1)]
    seats: Annotated[int, a_number("Élèves au plus", "Pupils that the room holds.", 1, 200)]


async def add_room(asked: NameRoom, *, school: int, by: int | None, now: datetime) -> int:
    """A room that can hold this many pupils; returns its number. Raises Invalid."""
    async with transaction():
        made = await value(ADD, school, asked.name, asked.seats)
        if made is None:
            raise Invalid({"name": NAME_TAKEN})
        await _say("room_added", int(made), name=asked.name, by=by, now=now)
        return int(made)


async def change_room(room: int, asked: NameRoom, *, school: int, by: int, now: datetime) -> None:
    """Another name or size for a room; slots already open keep their seats. Raises Invalid, NotFound."""
    async with transaction():
        known = await _locked(room, school)
        if await Room.exists().where(Room.school == school, Room.name == asked.name, Room.id != room):
            raise Invalid({"name": NAME_TAKEN})
        await Room.update({Room.name: asked.name, Room.seats: asked.seats}).where(Room.id == room)
        if known["name"] != asked.name:
            await _say("room_renamed", room, name=f"{known['name']}, désormais {asked.name}", by=by, now=now)
        if known["seats"] != asked.seats:
            await _say("room_resized", room, name=asked.name, by=by, now=now)


async def close_room(room: int, *, school: int, by: int, now: datetime) -> None:
    """No new slot in this room. Raises NotFound, RoomInUse when visits are still to come in it."""
    async with transaction():
        known = await _locked(room, school)
        if await value(VISITS_TO_COME, room, now) is not None:
            raise RoomInUse
        await Room.update({Room.closed: True}).where(Room.id == room)
        if not known["closed"]:
            await _say("room_closed", room, name=known["name"], by=by, now=now)


async def reopen_room(room: int, *, school: int, by: int, now: datetime) -> None:
    """The room receives again. Raises NotFound."""
    async with transaction():
        known = await _locked(room, school)
        await Room.update({Room.closed: False}).where(Room.id == room)
        if known["closed"]:
            await _say("room_reopened", room, name=known["name"], by=by, now=now)


async def _locked(room: int, school: int) -> dict[str, Any]:
    own = Room.select(Room.name, Room.seats, Room.closed).where(Room.id == room, Room.school == school)
    known: dict[str, Any] | None = await own.lock_rows("UPDATE").first()
    return or_not_found(known)


async def _say(act: str, room: int, *, name: str, by: int | None, now: datetime) -> None:
    """What it is called is the lycée's own words: the journal forgets them before it forgets the act."""
    await record_by(by, act, about_kind="room", about=room, words=name, now=now)
