"""What an open slot says: until when it is reserved, its levels, which companies it takes, what is built."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from workshops.catalogue.tables import WorkshopObject
from workshops.database import rows, transaction
from workshops.refusals import Invalid
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import paris_day
from workshops.schools.rules import LEVELS
from workshops.slots.limits import refuse_wrong_closing
from workshops.slots.lock import LockedSlot, lock_slot
from workshops.slots.rules import SlotBegun, closing

RESTATE = """
UPDATE slots SET booking_closes_at = $2, levels = $3, one_per_trade = $4, on_agreement = $5, only_objects = $6,
  chosen_closes_at = $7, version = version + 1
WHERE id = $1
"""


async def restate_slot(
    slot: int,
    *,
    host_school: int,
    now: datetime,
    booking_closes_at: datetime | None = None,
    levels: Sequence[str] | None = None,
    one_per_trade: bool | None = None,
    on_agreement: bool | None = None,
    objects: Collection[int] | None = None,
    version: int | None = None,
) -> LockedSlot:
    """The lycée says it otherwise; what is not given stays, and so does everyone who has a place. Returns the slot as
    it was.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, SlotBegun, Stale.
    """
    async with transaction():
        was = await lock_slot(slot, host_school=host_school, version=version)
        chosen = was.chosen_closes_at
        if was.starts_at <= now:
            raise SlotBegun("Cette visite a commencé : ce qu'elle annonce ne change plus.")
        if booking_closes_at is not None and booking_closes_at != was.booking_closes_at:
            off = await days_off_before(host_school, paris_day(was.starts_at))
            latest = closing(was.starts_at, off, days=was.booking_days)
            refuse_wrong_closing(booking_closes_at, latest, days=was.booking_days, now=now)
            chosen = booking_closes_at if booking_closes_at < latest else None
        if levels is not None and not (levels and set(levels) <= set(LEVELS)):
            raise Invalid({"levels": "Choisissez au moins un niveau."})
        await rows(
            RESTATE,
            slot,
            booking_closes_at or was.booking_closes_at,
            was.levels if levels is None else [one for one in LEVELS if one in levels],
            was.one_per_trade if one_per_trade is None else one_per_trade,
            was.on_agreement if on_agreement is None else on_agreement,
            was.only_objects if objects is None else await _own_objects(objects, was.workshop),
            chosen,
        )
        return was


async def _own_objects(objects: Collection[int], workshop: int) -> list[int] | None:
    """Those that a slot keeps of its workshop's; None for all of them, so that it follows the workshop."""
    its = WorkshopObject.select(WorkshopObject.tech_object).where(WorkshopObject.workshop == workshop)
    built = {one["tech_object"] for one in await its}
    if not objects or not built.issuperset(objects):
        raise Invalid({"objects": "Choisissez au moins un objet de l'atelier."})
    return None if built == set(objects) else sorted(objects)
