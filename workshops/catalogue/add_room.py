"""The rooms and machine halls of a lycée."""

from __future__ import annotations

from datetime import datetime

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


async def add_room(*, school: int, name: str, seats: int) -> int:
    """A room that can hold this many pupils; returns its number. Raises Invalid."""
    _refuse_a_wrong_room(name, seats)
    async with transaction():
        made = await value(ADD, school, name.strip(), seats)
        if made is None:
            raise Invalid({"name": NAME_TAKEN})
        return int(made)


async def change_room(room: int, *, school: int, name: str, seats: int) -> None:
    """Another name or size for a room; slots already open keep their seats. Raises Invalid, NotFound."""
    _refuse_a_wrong_room(name, seats)
    async with transaction():
        await _lock(room, school)
        if await Room.exists().where(Room.school == school, Room.name == name.strip(), Room.id != room):
            raise Invalid({"name": NAME_TAKEN})
        await Room.update({Room.name: name.strip(), Room.seats: seats}).where(Room.id == room)


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


def _refuse_a_wrong_room(name: str, seats: int) -> None:
    errors = {}
    if not 1 <= len(name.strip()) <= 80:
        errors["name"] = "Nommez la salle, en 80 caractères au plus."
    if not 1 <= seats <= 200:
        errors["seats"] = "La salle accueille de 1 à 200 élèves."
    if errors:
        raise Invalid(errors)
