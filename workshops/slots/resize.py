"""More or fewer places in a slot."""

from __future__ import annotations

from workshops.acts import Act
from workshops.database import rows, transaction
from workshops.refusals import Invalid
from workshops.slots.acts import CompanyPlaces, GroupsMax, Seats
from workshops.slots.limits import refuse_below_taken
from workshops.slots.lock import LockedSlot, lock_slot, take_room

RESIZE = """
UPDATE slots SET seats = $2, groups_max = $3, company_places = $4, version = version + 1 WHERE id = $1
"""


class ResizeSlot(Act, frozen=True, kw_only=True):
    """Other numbers; what is not given stays."""

    seats: Seats | None = None
    groups_max: GroupsMax | None = None
    company_places: CompanyPlaces | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.seats is None and self.groups_max is None and self.company_places is None:
            raise Invalid({"seats": "Donnez au moins un nombre : de places, de groupes ou d'entreprises."})


async def resize_slot(slot: int, asked: ResizeSlot, *, school: int, version: int | None = None) -> LockedSlot:
    """Other numbers of pupils, groups and people of companies. Returns the slot as it was.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, Stale, BelowTaken when more is taken already.
    """
    async with transaction():
        was = await lock_slot(slot, school=school, version=version)
        seats = was.seats if asked.seats is None else asked.seats
        groups_max = was.groups_max if asked.groups_max is None else asked.groups_max
        company_places = was.company_places if asked.company_places is None else asked.company_places
        for field, places, taken in (
            ("seats", seats, was.seats_taken),
            ("groups_max", groups_max, was.groups_taken),
            ("company_places", company_places, was.company_places_taken),
        ):
            refuse_below_taken(field, asked=places, taken=taken)
        if seats > was.seats:
            await take_room(was.room, school=school, seats=seats)
        await rows(RESIZE, slot, seats, groups_max, company_places)
        return was
