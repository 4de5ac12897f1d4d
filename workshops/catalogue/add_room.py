"""The rooms and machine halls of a lycée."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from workshops.acts import Act, a_number, typed
from workshops.catalogue.rules import RoomInUse
from workshops.catalogue.tables import Room
from workshops.database import transaction, value
from workshops.refusals import Invalid, NotFound

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


async def add_room(asked: NameRoom, *, school: int) -> int:
    """A room that can hold this many pupils; returns its number. Raises Invalid."""
    async with transaction():
        made = await value(ADD, school, asked.name, asked.seats)
        if made is None:
            raise Invalid({"name": NAME_TAKEN})
        return int(made)


async def change_room(room: int, asked: NameRoom, *, school: int) -> None:
    """Another name or size for a room; slots already open keep their seats. Raises Invalid, NotFound."""
    async with transaction():
        await _lock(room, school)
        if await Room.exists().where(Room.school == school, Room.name == asked.name, Room.id != room):
            raise Invalid({"name": NAME_TAKEN})
        await Room.update({Room.name: asked.name, Room.seats: asked.seats}).where(Room.id == room)


async def close_room(room: int, *, school: int, now: datetime) -> None:
    """No new slot in this room. Raises NotFound, RoomInUse when visits are still to come in it."""
    async with transaction():
        await _lock(room, school)
        if await value(VISITS_TO_COME, room, now) is not None:
            raise RoomInUse
        await Room.update({Room.closed: True}).where(Room.id == room)


async def reopen_room(room: int, *, school: int) -> None:
    """The room receives again. Raises NotFound."""
    async with transaction():
        await _lock(room, school)
        await Room.update({Room.closed: False}).where(Room.id == room)


async def _lock(room: int, school: int) -> None:
    own = Room.select(Room.id).where(Room.id == room, Room.school == school)
    if await own.lock_rows("UPDATE").first() is None:
        raise NotFound
