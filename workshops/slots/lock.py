"""Hold a slot while it changes, and its room: its row is the one lock of all that hangs on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from workshops.database import row, rows
from workshops.database.row_types import columns_of, row_as
from workshops.refusals import Invalid, NoSuchChoice, NotFound, Stale
from workshops.slots.rules import refuse_to_change
from workshops.slots.seats import SlotConditions

# Whoever joins a slot without its seats (a wait, a draw) holds its row by FOR KEY SHARE, side by side with others and
# with those who sit down: this waits for them, and they for this.
LOCK = "SELECT id FROM slots WHERE id = $1 FOR UPDATE"
# Asked once it is held: its lycée may have said another number of days meanwhile.
HELD = f"""
SELECT s.id, s.school, s.state, s.starts_at, s.ends_at, s.booking_closes_at, s.chosen_closes_at, s.room,
       {columns_of(SlotConditions, "s")}, s.levels, s.workshop, s.only_objects, s.version, h.zone, h.booking_days
FROM slots s JOIN schools h ON h.id = s.school WHERE s.id = $1
"""  # noqa: S608 - constants only
# In the order of their numbers, as every act that takes several.
LOCK_ALL = "SELECT id FROM slots WHERE id = ANY ($1::int[]) AND school = $2 ORDER BY id FOR UPDATE"
ROOM = "SELECT school, name, seats, closed FROM rooms WHERE id = $1 FOR SHARE"


class LockedSlot(SlotConditions, frozen=True):
    """A slot of the lycée under its lock; `zone` is the lycée's, for its holidays, `booking_days` how many school days
    before a visit its reservations close."""

    id: int
    school: int
    state: str
    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    chosen_closes_at: datetime | None
    room: int | None
    levels: list[str]
    workshop: int
    only_objects: list[int] | None
    version: int
    zone: str
    booking_days: int


async def lock_slot(slot: int, *, school: int, version: int | None = None) -> LockedSlot:
    """The slot of this lycée, still to be changed, held until the caller's transaction ends.

    `version` is the one that the page showed. Raises NotFound, SlotDone, SlotCalledOff, Stale.
    """
    await rows(LOCK, slot)
    found = await row_as(LockedSlot, HELD, slot)
    if found is None or found.school != school:
        raise NotFound
    refuse_to_change(found.state)
    if version is not None and found.version != version:
        raise Stale
    return found


async def lock_slots(slots: Collection[int], *, school: int) -> None:
    """Hold several slots of this lycée at once, before an act changes them one by one. Raises NotFound."""
    if len(await rows(LOCK_ALL, list(slots), school)) < len(slots):
        raise NotFound


async def take_room(
    room: int | None, *, school: int, seats: int, taken: int | None = None, field: str = "seats"
) -> None:
    """This room of the lycée is open and large enough, and stays so until the caller's transaction ends.

    Without a room there is nothing to hold; `field` is beside which a room too small is said, with what would do where
    it holds those who have `taken` a place. Raises NotFound, Invalid.
    """
    if room is None:
        return
    found = await row(ROOM, room)
    if found is None or found["school"] != school:
        raise NoSuchChoice("room")
    if found["closed"]:
        raise Invalid({"room": f"La salle {found['name']} est fermée."})
    if seats > found["seats"]:
        sentence = f"La salle {found['name']} accueille {found['seats']} élèves au plus."
        if taken is not None and taken <= found["seats"]:
            places = f"{seats} places, {taken} prise{'s' if taken > 1 else ''}"
            sentence += f" Ce créneau offre {places} : ramenez-les à {found['seats']}."
        raise Invalid({field: sentence})
