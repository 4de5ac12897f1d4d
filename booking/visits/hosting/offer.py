"""A lycée opens a slot, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from workshops.database import transaction
from workshops.events.record import record
from workshops.slots.open import open_slot


async def offer(
    workshop: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    host_school: int,
    by: int,
    now: datetime,
    seats: int | None = None,
    groups_max: int | None = None,
    room: int | None = None,
    company_places: int = 0,
    one_per_trade: bool = False,
    on_agreement: bool = False,
    booking_closes_at: datetime | None = None,
) -> int:
    """Collèges may reserve this workshop at this hour; returns the slot's number.

    Raises what `workshops.slots.open` raises: Invalid, NotFound, WorkshopNotPublished, ClosedDay, RoomTaken.
    """
    async with transaction():
        made = await open_slot(
            workshop,
            starts_at=starts_at,
            ends_at=ends_at,
            host_school=host_school,
            seats=seats,
            groups_max=groups_max,
            room=room,
            company_places=company_places,
            one_per_trade=one_per_trade,
            on_agreement=on_agreement,
            booking_closes_at=booking_closes_at,
            now=now,
        )
        await record("slot_opened", by=by, about_kind="slot", about=made, now=now)
        return made
