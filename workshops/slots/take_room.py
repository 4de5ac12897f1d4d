"""Hold a room for a slot that opens, grows or moves into it."""

from __future__ import annotations

from workshops.database import row
from workshops.refusals import Invalid, NotFound

ROOM = "SELECT school, name, seats, closed FROM rooms WHERE id = $1 FOR SHARE"


async def take_room(room: int | None, *, host_school: int, seats: int) -> None:
    """This room of the lycée is open and large enough, and stays so until the caller's transaction ends.

    Without a room there is nothing to hold. Raises NotFound, Invalid.
    """
    if room is None:
        return
    found = await row(ROOM, room)
    if found is None or found["school"] != host_school:
        raise NotFound
    if found["closed"]:
        raise Invalid({"room": f"La salle {found['name']} est fermée."})
    if seats > found["seats"]:
        raise Invalid({"seats": f"La salle {found['name']} accueille {found['seats']} élèves au plus."})
