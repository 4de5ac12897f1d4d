"""What an open slot says: until when it is reserved, its levels, which companies it takes, what is built."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from workshops.acts import Act
from workshops.catalogue.tables import WorkshopObject
from workshops.database import rows, transaction
from workshops.refusals import Invalid
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import paris_day
from workshops.schools.rules import LEVELS
from workshops.slots.acts import BookingClosesAt, BuiltObjects, Levels, OnAgreement, OnePerTrade
from workshops.slots.limits import refuse_wrong_closing
from workshops.slots.lock import LockedSlot, lock_slot
from workshops.slots.rules import SlotBegun, closing

RESTATE = """
UPDATE slots SET booking_closes_at = $2, levels = $3, one_per_trade = $4, on_agreement = $5, only_objects = $6,
  chosen_closes_at = $7, version = version + 1
WHERE id = $1
"""


class RestateSlot(Act, frozen=True, kw_only=True):
    """What a slot says otherwise from now on; what is not given stays."""

    booking_closes_at: BookingClosesAt | None = None
    levels: Levels | None = None
    one_per_trade: OnePerTrade | None = None
    on_agreement: OnAgreement | None = None
    objects: BuiltObjects | None = msgspec.field(name="object_ids", default=None)


async def restate_slot(
    slot: int, asked: RestateSlot, *, school: int, now: datetime, version: int | None = None
) -> LockedSlot:
    """The lycée says it otherwise; whoever has a place keeps it. Returns the slot as it was.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, SlotBegun, Stale.
    """
    async with transaction():
        was = await lock_slot(slot, school=school, version=version)
        chosen = was.chosen_closes_at
        if was.starts_at <= now:
            raise SlotBegun("Cette visite a commencé : ce qu'elle annonce ne change plus.")
        closes_at = asked.booking_closes_at
        if closes_at is not None and closes_at != was.booking_closes_at:
            off = await days_off_before(school, paris_day(was.starts_at))
            latest = closing(was.starts_at, off, days=was.booking_days)
            refuse_wrong_closing(closes_at, latest, days=was.booking_days, now=now)
            chosen = closes_at if closes_at < latest else None
        await rows(
            RESTATE,
            slot,
            closes_at or was.booking_closes_at,
            was.levels if asked.levels is None else [level for level in LEVELS if level in asked.levels],
            was.one_per_trade if asked.one_per_trade is None else asked.one_per_trade,
            was.on_agreement if asked.on_agreement is None else asked.on_agreement,
            was.only_objects if asked.objects is None else await _own_objects(asked.objects, was.workshop),
            chosen,
        )
        return was


async def _own_objects(objects: Collection[int], workshop: int) -> list[int] | None:
    """Those that a slot keeps of its workshop's; None for all of them, so that it follows the workshop."""
    its = WorkshopObject.select(WorkshopObject.tech_object).where(WorkshopObject.workshop == workshop)
    built = {each["tech_object"] for each in await its}
    if not built.issuperset(objects):
        raise Invalid({"objects": "Choisissez au moins un objet de l'atelier."})
    return None if built == set(objects) else sorted(objects)
