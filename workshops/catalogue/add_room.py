"""The rooms and machine halls of a lycée."""

from __future__ import annotations

from datetime import datetime

from workshops.catalogue.rules import RoomInUse
from workshops.database import rows, transaction, value
from workshops.refusals import Invalid, NotFound

ADD = "INSERT INTO rooms (school, name, seats) VALUES ($1, $2, $3) ON CONFLICT (school, name) DO NOTHING RETURNING id"
LOCKED = "SELECT id FROM rooms WHERE id = $1 AND school = $2 FOR UPDATE"
NAMESAKE = "SELECT id FROM rooms WHERE school = $1 AND name = $2 AND id <> $3"
CHANGE = "UPDATE rooms SET name = $2, seats = $3 WHERE id = $1"
VISITS_TO_COME = """
SELECT 1 FROM slots WHERE room = $1 AND starts_at > $2 AND state IN ('draft', 'open', 'closed') LIMIT 1
"""
CLOSE = "UPDATE rooms SET closed = TRUE WHERE id = $1"
REOPEN = "UPDATE rooms SET closed = FALSE WHERE id = $1 AND school = $2 RETURNING id"
NAME_TAKEN = "Une salle de votre lycée porte déjà ce nom."


async def add_room(*, host_school: int, name: str, seats: int) -> int:
    """A room that can hold this many pupils; returns its number. Raises Invalid."""
    _refuse_a_wrong_room(name, seats)
    async with transaction():
        made = await value(ADD, host_school, name.strip(), seats)
        if made is None:
            raise Invalid({"name": NAME_TAKEN})
        return int(made)


async def change_room(room: int, *, host_school: int, name: str, seats: int) -> None:
    """Another name or size for a room; slots already open keep their seats. Raises Invalid, NotFound."""
    _refuse_a_wrong_room(name, seats)
    async with transaction():
        if await value(LOCKED, room, host_school) is None:
            raise NotFound
        if await value(NAMESAKE, host_school, name.strip(), room) is not None:
            raise Invalid({"name": NAME_TAKEN})
        await rows(CHANGE, room, name.strip(), seats)


async def close_room(room: int, *, host_school: int, now: datetime) -> None:
    """No new slot in this room. Raises NotFound, RoomInUse when visits are still to come in it."""
    async with transaction():
        if await value(LOCKED, room, host_school) is None:
            raise NotFound
        if await value(VISITS_TO_COME, room, now) is not None:
            raise RoomInUse
        await rows(CLOSE, room)


async def reopen_room(room: int, *, host_school: int) -> None:
    """The room receives again. Raises NotFound."""
    async with transaction():
        if await value(REOPEN, room, host_school) is None:
            raise NotFound


def _refuse_a_wrong_room(name: str, seats: int) -> None:
    errors = {}
    if not 1 <= len(name.strip()) <= 80:
        errors["name"] = "Nommez la salle, en 80 caractères au plus."
    if not 1 <= seats <= 200:
        errors["seats"] = "La salle accueille de 1 à 200 élèves."
    if errors:
        raise Invalid(errors)
