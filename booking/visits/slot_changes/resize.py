"""More or fewer places in a slot: those that are added go to the groups that wait."""

from __future__ import annotations

from datetime import datetime

from booking.visits.reservations.promote import promote
from workshops.database import transaction
from workshops.database.retry import retried
from workshops.events.record import record
from workshops.slots.resize import ResizeSlot, resize_slot


@retried
async def resize(
    slot: int, asked: ResizeSlot, *, school: int, by: int, now: datetime, version: int | None = None
) -> list[int]:
    """Other numbers of pupils, groups and people of companies; returns the reservations that were offered a place.

    Raises what `workshops.slots.resize` raises: Invalid, NotFound, SlotDone, SlotCalledOff, Stale, BelowTaken.
    """
    async with transaction():
        was = await resize_slot(slot, asked, school=school, version=version)
        changes = (
            ("places", was.seats, asked.seats),
            ("groupes", was.groups_max, asked.groups_max),
            ("entreprises", was.company_places, asked.company_places),
        )
        detail = ", ".join(f"{word} {before} -> {after}" for word, before, after in changes if after is not None)
        await record("slot_resized", by=by, about_kind="slot", about=slot, detail=detail, now=now)
        return await promote(slot, now=now)
