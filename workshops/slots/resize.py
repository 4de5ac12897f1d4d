"""More or fewer places in a slot."""

from __future__ import annotations

from workshops.database import rows, transaction
from workshops.slots.limits import refuse_below_taken, refuse_wrong_numbers
from workshops.slots.lock import LockedSlot, lock_slot, take_room

RESIZE = """
UPDATE slots SET seats = $2, groups_max = $3, company_places = $4, version = version + 1 WHERE id = $1
"""


async def resize_slot(
    slot: int,
    *,
    host_school: int,
    seats: int | None = None,
    groups_max: int | None = None,
    company_places: int | None = None,
    version: int | None = None,
) -> LockedSlot:
    """Other numbers of pupils, groups and people of companies; what is not given stays. Returns the slot as it was.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, Stale, BelowTaken when more is taken already.
    """
    async with transaction():
        was = await lock_slot(slot, host_school=host_school, version=version)
        seats = was.seats if seats is None else seats
        groups_max = was.groups_max if groups_max is None else groups_max
        company_places = was.company_places if company_places is None else company_places
        refuse_wrong_numbers(seats, groups_max, company_places)
        for field, asked, taken in (
            ("seats", seats, was.seats_taken),
            ("groups_max", groups_max, was.groups_taken),
            ("company_places", company_places, was.company_places_taken),
        ):
            refuse_below_taken(field, asked=asked, taken=taken)
        if seats > was.seats:
            await take_room(was.room, host_school=host_school, seats=seats)
        await rows(RESIZE, slot, seats, groups_max, company_places)
        return was
